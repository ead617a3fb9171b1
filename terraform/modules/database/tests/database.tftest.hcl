mock_provider "aws" {
  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }

  mock_data "aws_caller_identity" {
    defaults = { account_id = "111122223333" }
  }
}

variables {
  name                   = "carillon-test"
  environment            = "production"
  vpc_id                 = "vpc-1"
  subnet_ids             = ["subnet-1", "subnet-2"]
  client_security_groups = { nodes = "sg-nodes" }
  kms_key_arn            = "arn:aws:kms:eu-central-1:111122223333:key/test"
  max_connections        = 400
}

run "nobody_outside_reaches_it" {
  command = apply

  assert {
    condition     = aws_db_instance.this.publicly_accessible == false
    error_message = "the database is not public"
  }

  assert {
    condition = alltrue([
      for rule in aws_vpc_security_group_ingress_rule.clients :
      rule.referenced_security_group_id == "sg-nodes" && rule.cidr_ipv4 == null && rule.cidr_ipv6 == null && rule.from_port == 5432 && rule.to_port == 5432
    ])
    error_message = "only named groups come in, to Postgres's port"
  }
}

run "encrypted_at_rest_and_on_the_way" {
  command = apply

  assert {
    condition     = aws_db_instance.this.storage_encrypted && aws_db_instance.this.kms_key_id == var.kms_key_arn
    error_message = "storage is encrypted with our key"
  }

  assert {
    condition     = { for p in aws_db_parameter_group.this.parameter : p.name => p.value }["rds.force_ssl"] == "1"
    error_message = "connections without TLS are refused"
  }

  assert {
    condition     = strcontains(output.url, "sslmode=require")
    error_message = "nodes ask for TLS"
  }

  assert {
    condition     = one(one(aws_s3_bucket_server_side_encryption_configuration.archive.rule).apply_server_side_encryption_by_default).sse_algorithm == "aws:kms"
    error_message = "the archive is encrypted with our key"
  }
}

run "nothing_is_deleted_by_mistake" {
  command = apply

  assert {
    condition     = aws_db_instance.this.deletion_protection && !aws_db_instance.this.skip_final_snapshot && !aws_db_instance.this.delete_automated_backups
    error_message = "deletion is refused, and would leave a snapshot and the backups"
  }
}

run "a_lost_zone_is_survived" {
  command = apply

  assert {
    condition     = aws_db_instance.this.multi_az && aws_db_instance.this.backup_retention_period >= 7
    error_message = "production has a standby and a week of backups"
  }
}

run "what_the_log_and_listen_need" {
  command = apply

  assert {
    condition     = { for p in aws_db_parameter_group.this.parameter : p.name => p.value }["max_prepared_transactions"] == "0"
    error_message = "prepared transactions cannot ring the bell"
  }

  assert {
    condition     = { for p in aws_db_parameter_group.this.parameter : p.name => p.value }["synchronous_commit"] == "on"
    error_message = "an acknowledged commit is on both disks"
  }

  assert {
    condition     = { for p in aws_db_parameter_group.this.parameter : p.name => p.value }["tcp_keepalives_idle"] == "60"
    error_message = "a vanished listener is noticed"
  }

  assert {
    condition     = { for p in aws_db_parameter_group.this.parameter : p.name => p.value }["max_connections"] == "400"
    error_message = "as many connections as the tasks may take"
  }

  assert {
    condition     = aws_db_parameter_group.this.family == "postgres18"
    error_message = "the family fits the engine"
  }
}

run "no_password_in_the_state" {
  command = apply

  assert {
    condition     = aws_db_instance.this.manage_master_user_password && aws_db_instance.this.password == null
    error_message = "RDS keeps the administrator's password"
  }
}

run "the_archive_is_private" {
  command = apply

  assert {
    condition = alltrue([
      aws_s3_bucket_public_access_block.archive.block_public_acls,
      aws_s3_bucket_public_access_block.archive.block_public_policy,
      aws_s3_bucket_public_access_block.archive.ignore_public_acls,
      aws_s3_bucket_public_access_block.archive.restrict_public_buckets,
    ])
    error_message = "nothing of the archive can be made public"
  }
}

run "production_without_standby_is_refused" {
  command = plan

  variables {
    multi_az = false
  }

  expect_failures = [var.multi_az]
}

run "production_without_deletion_protection_is_refused" {
  command = plan

  variables {
    deletion_protection = false
  }

  expect_failures = [var.deletion_protection]
}

run "production_with_few_backups_is_refused" {
  command = plan

  variables {
    backup_days = 3
  }

  expect_failures = [var.backup_days]
}

run "production_on_a_burstable_class_is_refused" {
  command = plan

  variables {
    instance_class = "db.t4g.medium"
  }

  expect_failures = [var.instance_class]
}

run "development_may_be_small" {
  command = plan

  variables {
    environment         = "dev"
    instance_class      = "db.t4g.medium"
    multi_az            = false
    deletion_protection = false
    backup_days         = 1
  }
}

run "one_subnet_is_refused" {
  command = plan

  variables {
    subnet_ids = ["subnet-1"]
  }

  expect_failures = [var.subnet_ids]
}

run "room_to_grow_is_asked_for" {
  command = plan

  variables {
    storage_gib       = 500
    storage_limit_gib = 500
  }

  expect_failures = [var.storage_limit_gib]
}
