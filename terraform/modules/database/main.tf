# RDS for Postgres 18, the writer itself: no proxy stands between it and the nodes, because RDS Proxy
# pins sessions with LISTEN and SET ROLE, which is every one of ours, or swallows notifications.

resource "aws_db_subnet_group" "this" {
  name        = var.name
  description = "Database tier of ${var.name}"
  subnet_ids  = var.subnet_ids
}

resource "aws_security_group" "this" {
  name        = "${var.name}-database"
  description = "Postgres of ${var.name}: in from its clients, out to nobody"
  vpc_id      = var.vpc_id

  tags = { Name = "${var.name}-database" }
}

resource "aws_vpc_security_group_ingress_rule" "clients" {
  for_each = var.client_security_groups

  security_group_id            = aws_security_group.this.id
  description                  = each.key
  referenced_security_group_id = each.value
  ip_protocol                  = "tcp"
  from_port                    = 5432
  to_port                      = 5432
}

locals {
  # Each with its reason; "reboot" where Postgres reads it only at its start.
  parameters = {
    # Only with TLS: passwords and login tokens travel here.
    "rds.force_ssl" = { value = "1", when = "immediate" }
    # The log's promise: a commit that was acknowledged is on both disks.
    "synchronous_commit" = { value = "on", when = "immediate" }
    # Prepared transactions cannot ring the bell, and a forgotten one holds every position back.
    "max_prepared_transactions" = { value = "0", when = "pending-reboot" }
    "max_connections"           = { value = tostring(var.max_connections), when = "pending-reboot" }
    # A transaction that somebody forgot keeps dead rows and positions; nodes set 60 s for themselves.
    "idle_in_transaction_session_timeout" = { value = "300000", when = "immediate" }
    # A node that vanished is noticed, and its LISTEN given up, within two minutes instead of two hours:
    # a listener that is gone but not closed would keep the notification queue.
    "tcp_keepalives_idle"     = { value = "60", when = "immediate" }
    "tcp_keepalives_interval" = { value = "10", when = "immediate" }
    "tcp_keepalives_count"    = { value = "6", when = "immediate" }
    # Short statements over a partitioned log: compiling them costs more than running them.
    "jit" = { value = "0", when = "immediate" }
    # gp3 answers random reads as fast as ordered ones.
    "random_page_cost" = { value = "1.1", when = "immediate" }
    "wal_compression"  = { value = "lz4", when = "immediate" }
    # The bell's lock and watched tables: who waits for whom is in the log.
    "log_lock_waits"                    = { value = "1", when = "immediate" }
    "log_min_duration_statement"        = { value = "1000", when = "immediate" }
    "log_autovacuum_min_duration"       = { value = "10000", when = "immediate" }
    "log_temp_files"                    = { value = "10240", when = "immediate" }
    "shared_preload_libraries"          = { value = "pg_stat_statements", when = "pending-reboot" }
    "pg_stat_statements.track"          = { value = "top", when = "immediate" }
    "rds.log_retention_period"          = { value = "4320", when = "immediate" }
    "autovacuum_vacuum_cost_delay"      = { value = "2", when = "immediate" }
    "autovacuum_vacuum_cost_limit"      = { value = "1000", when = "immediate" }
    "password_encryption"               = { value = "scram-sha-256", when = "immediate" }
    "rds.accepted_password_auth_method" = { value = "scram", when = "immediate" }
  }
}

resource "aws_db_parameter_group" "this" {
  name_prefix = "${var.name}-"
  family      = "postgres18"
  description = "What the event log and LISTEN need"

  dynamic "parameter" {
    for_each = local.parameters

    content {
      name         = parameter.key
      value        = parameter.value.value
      apply_method = parameter.value.when
    }
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_db_instance" "this" {
  identifier     = var.name
  engine         = "postgres"
  engine_version = var.engine_version
  instance_class = var.instance_class
  db_name        = "carillon"
  port           = 5432

  username                      = "carillon_admin"
  manage_master_user_password   = true
  master_user_secret_kms_key_id = var.kms_key_arn
  # Nodes log in with a token of a quarter of an hour instead of a password, where configured.
  iam_database_authentication_enabled = true

  storage_type          = "gp3"
  allocated_storage     = var.storage_gib
  max_allocated_storage = var.storage_limit_gib
  storage_encrypted     = true
  kms_key_id            = var.kms_key_arn

  multi_az               = var.multi_az
  publicly_accessible    = false
  db_subnet_group_name   = aws_db_subnet_group.this.name
  vpc_security_group_ids = [aws_security_group.this.id]
  parameter_group_name   = aws_db_parameter_group.this.name
  ca_cert_identifier     = "rds-ca-rsa2048-g1"

  backup_retention_period   = var.backup_days
  backup_window             = var.backup_window
  copy_tags_to_snapshot     = true
  delete_automated_backups  = false
  deletion_protection       = var.deletion_protection
  skip_final_snapshot       = false
  final_snapshot_identifier = "${var.name}-final"

  maintenance_window          = var.maintenance_window
  auto_minor_version_upgrade  = true
  allow_major_version_upgrade = false
  apply_immediately           = false

  performance_insights_enabled    = true
  performance_insights_kms_key_id = var.kms_key_arn
  monitoring_interval             = 30
  monitoring_role_arn             = aws_iam_role.monitoring.arn
  enabled_cloudwatch_logs_exports = ["postgresql", "upgrade", "iam-db-auth-error"]

  tags = { Name = var.name }
}

resource "aws_iam_role" "monitoring" {
  name        = "${var.name}-database-monitoring"
  description = "Lets RDS write the instance's operating system metrics"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "monitoring.rds.amazonaws.com" }
    }]
  })
}

resource "aws_iam_role_policy_attachment" "monitoring" {
  role       = aws_iam_role.monitoring.name
  policy_arn = "arn:${data.aws_partition.current.partition}:iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole"
}

data "aws_partition" "current" {}

data "aws_caller_identity" "current" {}
