mock_provider "aws" {
  mock_data "aws_caller_identity" {
    defaults = { account_id = "111122223333" }
  }

  mock_data "aws_region" {
    defaults = { region = "eu-central-1" }
  }

  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }
}

variables {
  name                       = "carillon-test"
  environment                = "production"
  kms_key_arn                = "arn:aws:kms:eu-central-1:111122223333:key/test"
  vpc_id                     = "vpc-1"
  subnet_ids                 = ["subnet-1", "subnet-2"]
  balancer_security_group_id = "sg-balancer"
  target_group_arn           = "arn:aws:elasticloadbalancing:eu-central-1:111122223333:targetgroup/carill/1"
  image                      = "111122223333.dkr.ecr.eu-central-1.amazonaws.com/carillon@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
  repository_arn             = "arn:aws:ecr:eu-central-1:111122223333:repository/carillon"
  database_max_connections   = 600
  rollback_alarms            = ["carillon-test-target-errors"]
  ingress_sources            = ["arn:aws:events:eu-central-1:111122223333:rule/orders"]

  database = {
    url         = "postgresql://db.internal:5432/carillon?sslmode=require"
    resource_id = "db-ABC"
  }

  archive = {
    bucket = "carillon-test-archive"
    arn    = "arn:aws:s3:::carillon-test-archive"
  }

  secret_arns = {
    token-keys     = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:token-keys"
    database-login = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:database-login"
    owner-login    = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:owner-login"
    metrics-key    = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:metrics-key"
    peer-key       = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:peer-key"
  }
}

# ---- going

run "the_drain_ends_before_the_kill" {
  command = apply

  assert {
    condition     = jsondecode(aws_ecs_task_definition.node.container_definitions)[0].stopTimeout >= var.drain.deadline_seconds + 15
    error_message = "ECS waits until the drain is over"
  }

  assert {
    condition = contains(
      jsondecode(aws_ecs_task_definition.node.container_definitions)[0].environment, { name = "CARILLON_DRAIN_DEADLINE", value = "60s" }
    )
    error_message = "the node knows how long it has"
  }
}

run "a_drain_longer_than_the_stop_timeout_is_refused" {
  command = plan

  variables {
    drain = { notice_seconds = 12, spread_seconds = 60, deadline_seconds = 110 }
  }

  expect_failures = [var.stop_timeout_seconds]
}

run "more_than_fargate_waits_is_refused" {
  command = plan

  variables {
    stop_timeout_seconds = 180
  }

  expect_failures = [var.stop_timeout_seconds]
}

run "a_spread_beyond_the_deadline_is_refused" {
  command = plan

  variables {
    drain = { notice_seconds = 12, spread_seconds = 60, deadline_seconds = 60 }
  }

  expect_failures = [var.drain]
}

run "a_notice_too_short_for_the_balancer_is_refused" {
  command = plan

  variables {
    drain = { notice_seconds = 2, spread_seconds = 30, deadline_seconds = 60 }
  }

  expect_failures = [var.drain]
}

run "a_deployment_starts_new_nodes_first" {
  command = apply

  assert {
    condition     = aws_ecs_service.nodes.deployment_minimum_healthy_percent == 100 && aws_ecs_service.nodes.deployment_maximum_percent == 200
    error_message = "no node goes before another has come"
  }

  assert {
    condition     = one(aws_ecs_service.nodes.deployment_circuit_breaker).rollback && one(aws_ecs_service.nodes.alarms).rollback
    error_message = "what does not work is rolled back"
  }
}

# ---- scaling

run "scales_on_connections" {
  command = apply

  assert {
    condition = (
      aws_appautoscaling_policy.connections.target_tracking_scaling_policy_configuration[0].customized_metric_specification[0].metric_name == "OpenConnections"
      && aws_appautoscaling_policy.connections.target_tracking_scaling_policy_configuration[0].customized_metric_specification[0].namespace == var.metrics_namespace
      && aws_appautoscaling_policy.connections.target_tracking_scaling_policy_configuration[0].customized_metric_specification[0].statistic == "Average"
      && aws_appautoscaling_policy.connections.target_tracking_scaling_policy_configuration[0].target_value == 15000
    )
    error_message = "the average of open connections per task is what scaling aims at"
  }

  assert {
    condition = contains(
      jsondecode(aws_ecs_task_definition.node.container_definitions)[0].environment, { name = "CARILLON_AWS_METRICS_SERVICE", value = "carillon-test" }
      ) && contains(
      [for d in aws_appautoscaling_policy.connections.target_tracking_scaling_policy_configuration[0].customized_metric_specification[0].dimensions : d.value], "carillon-test"
    )
    error_message = "nodes tell the metric under the dimension that scaling reads"
  }

  assert {
    condition     = aws_appautoscaling_policy.connections.target_tracking_scaling_policy_configuration[0].scale_in_cooldown >= 600
    error_message = "in slowly: each task that goes costs its clients a reconnect"
  }

  assert {
    condition     = aws_appautoscaling_target.tasks.min_capacity >= 2 && aws_appautoscaling_target.tasks.max_capacity > aws_appautoscaling_target.tasks.min_capacity
    error_message = "two at least, and room to grow"
  }
}

run "one_task_in_production_is_refused" {
  command = plan

  variables {
    min_tasks = 1
  }

  expect_failures = [var.min_tasks]
}

run "no_room_to_grow_is_refused" {
  command = plan

  variables {
    min_tasks = 4
    max_tasks = 4
  }

  expect_failures = [var.max_tasks]
}

run "more_connections_than_postgres_has_are_refused" {
  command = plan

  variables {
    max_tasks = 20
  }

  expect_failures = [var.max_tasks]
}

run "more_connections_than_a_task_carries_are_refused" {
  command = plan

  variables {
    connections_per_task = 50000
    open_files           = 262144
    cpu                  = 4096
    memory_mib           = 8192
  }

  expect_failures = [var.connections_per_task]
}

run "too_few_open_files_are_refused" {
  command = plan

  variables {
    open_files = 16384
  }

  expect_failures = [var.open_files]
}

run "too_little_memory_is_refused" {
  command = plan

  variables {
    connections_per_task = 30000
    cpu                  = 1024
    memory_mib           = 1024
  }

  expect_failures = [var.memory_mib]
}

run "open_files_reach_the_task" {
  command = apply

  assert {
    condition     = one(jsondecode(aws_ecs_task_definition.node.container_definitions)[0].ulimits) == { name = "nofile", softLimit = 131072, hardLimit = 131072 }
    error_message = "soft and hard limit of open files are set"
  }
}

run "connections_come_of_age" {
  command = apply

  assert {
    condition     = contains(jsondecode(aws_ecs_task_definition.node.container_definitions)[0].environment, { name = "CARILLON_CONNECTION_MAX_AGE", value = "90m" })
    error_message = "new tasks get their share"
  }
}

run "endless_connections_are_refused" {
  command = plan

  variables {
    connection_age_minutes = 0
  }

  expect_failures = [var.connection_age_minutes]
}

# ---- least privilege

run "the_node_may_do_only_what_is_named" {
  command = apply

  assert {
    condition = alltrue([
      for s in jsondecode(aws_iam_role_policy.task.policy).Statement : s.Resource != "*" || s.Action == "elasticloadbalancing:DescribeTargetHealth"
    ])
    error_message = "nothing on every resource, but for looking at target health"
  }

  assert {
    condition = alltrue([
      for a in flatten([for s in concat(jsondecode(aws_iam_role_policy.task.policy).Statement, jsondecode(aws_iam_role_policy.execution.policy).Statement) : s.Action]) : !strcontains(a, "*")
    ])
    error_message = "no wildcard in an action"
  }

  assert {
    condition = one([for s in jsondecode(aws_iam_role_policy.task.policy).Statement : s.Resource if s.Sid == "ReadSecrets"]) == [
      "arn:aws:secretsmanager:eu-central-1:111122223333:secret:token-keys"
    ]
    error_message = "it reads the one secret that it needs"
  }

  assert {
    condition = one([for s in jsondecode(aws_iam_role_policy.task.policy).Statement : s.Resource if s.Sid == "LogIn"]) == [
      "arn:aws:rds-db:eu-central-1:111122223333:dbuser:db-ABC/carillon_web",
      "arn:aws:rds-db:eu-central-1:111122223333:dbuser:db-ABC/carillon_deploy",
    ]
    error_message = "it logs in as its two logins to its one database"
  }

  assert {
    condition     = !contains(flatten([for s in jsondecode(aws_iam_role_policy.task.policy).Statement : s.Action]), "s3:DeleteObject")
    error_message = "a node cannot delete what it archived"
  }

  assert {
    condition = alltrue([
      for role in [aws_iam_role.task, aws_iam_role.execution] :
      jsondecode(role.assume_role_policy).Statement[0].Condition.StringEquals["aws:SourceAccount"] == "111122223333"
    ])
    error_message = "only this account's tasks take the roles"
  }
}

run "what_is_not_used_is_not_allowed" {
  command = apply

  variables {
    ingress_sources = null
    archive         = null
    tokens          = { jwks_url = "https://id.example.com/keys" }
  }

  assert {
    condition = alltrue([
      for a in flatten([for s in jsondecode(aws_iam_role_policy.task.policy).Statement : s.Action]) : !startswith(a, "sqs:") && !startswith(a, "s3:") && !startswith(a, "secretsmanager:")
    ])
    error_message = "no queue, no archive, no secret: no right"
  }
}

run "the_container_is_confined" {
  command = apply

  assert {
    condition = (
      jsondecode(aws_ecs_task_definition.node.container_definitions)[0].readonlyRootFilesystem
      && jsondecode(aws_ecs_task_definition.node.container_definitions)[0].user == "10001:10001"
      && jsondecode(aws_ecs_task_definition.node.container_definitions)[0].linuxParameters.capabilities.drop == ["ALL"]
    )
    error_message = "not root, nothing to write but /tmp, no capabilities"
  }

  assert {
    condition     = one(aws_ecs_service.nodes.network_configuration).assign_public_ip == false && aws_ecs_service.nodes.enable_execute_command == false
    error_message = "no public address, no shell"
  }
}

run "nodes_are_reached_by_the_balancer_and_by_each_other" {
  command = apply

  assert {
    condition = (
      aws_vpc_security_group_ingress_rule.balancer.referenced_security_group_id == "sg-balancer"
      && aws_vpc_security_group_ingress_rule.peers.referenced_security_group_id == aws_security_group.nodes.id
      && aws_vpc_security_group_ingress_rule.balancer.cidr_ipv4 == null && aws_vpc_security_group_ingress_rule.peers.cidr_ipv4 == null
    )
    error_message = "nobody else connects to a node"
  }
}

run "a_scraper_is_let_in_by_name" {
  command = apply

  variables {
    scraper_security_group_ids = ["sg-prometheus", "sg-agent"]
  }

  assert {
    condition = length(aws_vpc_security_group_ingress_rule.scrapers) == 2 && alltrue([
      for id, rule in aws_vpc_security_group_ingress_rule.scrapers :
      rule.security_group_id == aws_security_group.nodes.id && rule.referenced_security_group_id == id && rule.cidr_ipv4 == null
      && rule.from_port == var.container_port && rule.to_port == var.container_port
    ])
    error_message = "each group reaches the port of /prometheus"
  }
}

run "without_a_scraper_nobody_more_is_let_in" {
  command = apply

  assert {
    condition     = length(aws_vpc_security_group_ingress_rule.scrapers) == 0
    error_message = "no rule without a group"
  }
}

# ---- settings

run "further_settings_reach_the_task" {
  command = apply

  variables {
    settings = { CARILLON_AUTH_OPERATOR_TENANT = "ops", CARILLON_AWS_INGRESS_WORKERS = "4" }
  }

  assert {
    condition = alltrue([
      for setting in [{ name = "CARILLON_AUTH_OPERATOR_TENANT", value = "ops" }, { name = "CARILLON_AWS_INGRESS_WORKERS", value = "4" }, { name = "CARILLON_PORT", value = "8080" }] :
      contains(jsondecode(aws_ecs_task_definition.node.container_definitions)[0].environment, setting)
    ])
    error_message = "what is said stands beside what the module says"
  }
}

run "a_setting_that_is_none_of_the_products_is_refused" {
  command = plan

  variables {
    settings = { JDK_JAVA_OPTIONS = "-Xmx64m" }
  }

  expect_failures = [var.settings]
}

run "a_setting_that_the_module_sets_is_refused" {
  command = plan

  variables {
    settings = { CARILLON_DRAIN_DEADLINE = "5m" }
  }

  expect_failures = [var.settings]
}

run "a_setting_that_the_module_would_set_is_refused" {
  command = plan

  variables {
    settings = { CARILLON_AUTH_JWKS_URL = "https://id.example.com/keys" }
  }

  expect_failures = [var.settings]
}

run "a_secret_among_the_settings_is_refused" {
  command = plan

  variables {
    settings = { CARILLON_DATABASE_PASSWORD = "in the open" }
  }

  expect_failures = [var.settings]
}

run "secrets_are_not_in_the_definition" {
  command = apply

  assert {
    condition = alltrue([
      for e in jsondecode(aws_ecs_task_definition.node.container_definitions)[0].environment :
      !strcontains(e.name, "PASSWORD") && !(endswith(e.name, "_KEY") || endswith(e.name, "_SECRET"))
    ])
    error_message = "what is secret is injected or read, never written into the task definition"
  }
}

run "a_movable_tag_is_refused" {
  command = plan

  variables {
    image = "111122223333.dkr.ecr.eu-central-1.amazonaws.com/carillon:latest"
  }

  expect_failures = [var.image]
}

run "plain_connections_to_postgres_are_refused" {
  command = plan

  variables {
    database = { url = "postgresql://db.internal:5432/carillon", resource_id = "db-ABC" }
  }

  expect_failures = [var.database]
}

run "one_login_for_both_is_refused" {
  command = plan

  variables {
    database = { url = "postgresql://db.internal:5432/carillon?sslmode=require", resource_id = "db-ABC", user = "one", owner_user = "one" }
  }

  expect_failures = [var.database]
}

run "wildcard_origins_are_refused" {
  command = plan

  variables {
    origins = ["https://*.example.com"]
  }

  expect_failures = [var.origins]
}

run "spot_in_production_is_refused" {
  command = plan

  variables {
    spot = true
  }

  expect_failures = [var.spot]
}

run "an_unwatched_deployment_is_refused" {
  command = plan

  variables {
    rollback_alarms = []
  }

  expect_failures = [var.rollback_alarms]
}

run "killing_nodes_while_postgres_is_away_is_refused" {
  command = plan

  variables {
    liveness_path = "/health/readiness"
  }

  expect_failures = [var.liveness_path]
}

# ---- the queue

run "poison_goes_aside_and_only_named_sources_send" {
  command = apply

  assert {
    condition     = aws_sqs_queue.ingress[0].fifo_queue && aws_sqs_queue.ingress[0].deduplication_scope == "messageGroup"
    error_message = "in order per group"
  }

  assert {
    condition     = jsondecode(aws_sqs_queue.ingress[0].redrive_policy).maxReceiveCount == 5 && jsondecode(aws_sqs_queue.ingress[0].redrive_policy).deadLetterTargetArn == aws_sqs_queue.poison[0].arn
    error_message = "after five failures a message is set aside"
  }

  assert {
    condition     = aws_sqs_queue.poison[0].message_retention_seconds > aws_sqs_queue.ingress[0].message_retention_seconds
    error_message = "what was set aside lives longer than what waits"
  }

  assert {
    condition = alltrue([
      for s in jsondecode(aws_sqs_queue_policy.ingress[0].policy).Statement : toset(s.Condition.ArnEquals["aws:SourceArn"]) == toset(var.ingress_sources) if s.Effect == "Allow"
    ])
    error_message = "only the named rules and topics send"
  }

  assert {
    condition     = aws_sqs_queue.ingress[0].kms_master_key_id == var.kms_key_arn && aws_sqs_queue.poison[0].kms_master_key_id == var.kms_key_arn
    error_message = "encrypted with our key"
  }
}
