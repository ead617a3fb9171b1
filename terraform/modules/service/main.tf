# The nodes: one ECS service on Fargate, each task one node.

data "aws_region" "current" {}

data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}

locals {
  region  = data.aws_region.current.region
  account = data.aws_caller_identity.current.account_id

  # Names are the product's settings (src/docs/configuration.md); a test compares them.
  own_settings = [
    {
      when = true
      settings = {
        CARILLON_PORT                      = tostring(var.container_port)
        CARILLON_HTTP_PROXIES              = "1"
        CARILLON_AUTH_ORIGINS              = join(",", var.origins)
        CARILLON_CONNECTION_PING_INTERVAL  = "${var.ping_interval_seconds}s"
        CARILLON_CONNECTION_MAX_AGE        = "${var.connection_age_minutes}m"
        CARILLON_TRANSPORT_MAX_WAIT        = "${var.poll_wait_seconds}s"
        CARILLON_DRAIN_NOTICE              = "${var.drain.notice_seconds}s"
        CARILLON_DRAIN_SPREAD              = "${var.drain.spread_seconds}s"
        CARILLON_DRAIN_DEADLINE            = "${var.drain.deadline_seconds}s"
        CARILLON_DATABASE_URL              = var.database.url
        CARILLON_DATABASE_USER             = var.database.user
        CARILLON_DATABASE_OWNER_USER       = var.database.owner_user
        CARILLON_DATABASE_POOL_SIZE        = tostring(var.pool_size)
        AWS_REGION                         = local.region
        CARILLON_AWS_METRICS_NAMESPACE     = var.metrics_namespace
        CARILLON_AWS_METRICS_SERVICE       = var.name
        CARILLON_AWS_FAREWELL_TARGET_GROUP = var.target_group_arn
      }
    },
    { when = var.database.login == "iam", settings = { CARILLON_AWS_IAM_LOGIN_ENABLED = "true" } },
    {
      when = var.database.login == "secret"
      settings = {
        CARILLON_AWS_SECRETS_DATABASE_LOGIN = var.secret_arns["database-login"]
        CARILLON_AWS_SECRETS_OWNER_LOGIN    = var.secret_arns["owner-login"]
      }
    },
    { when = var.tokens.jwks_url == null, settings = { CARILLON_AWS_SECRETS_TOKEN_KEYS = var.secret_arns["token-keys"] } },
    { when = var.tokens.jwks_url != null, settings = { CARILLON_AUTH_JWKS_URL = var.tokens.jwks_url } },
    { when = var.tokens.issuer != null, settings = { CARILLON_AUTH_ISSUER = var.tokens.issuer } },
    { when = var.tokens.audience != null, settings = { CARILLON_AUTH_AUDIENCE = var.tokens.audience } },
    { when = var.archive != null, settings = { CARILLON_AWS_ARCHIVE_BUCKET = try(var.archive.bucket, null) } },
    { when = var.ingress_sources != null, settings = { CARILLON_AWS_INGRESS_QUEUE_URL = one(aws_sqs_queue.ingress[*].url) } },
  ]

  # Named here, used or not: nobody else says them.
  own_names = concat(flatten([for part in local.own_settings : keys(part.settings)]), keys(local.injected))

  settings = merge(var.settings, [for part in local.own_settings : part.settings if part.when]...)

  # Read by ECS when a task starts; the others are read, and read again, by the node itself.
  injected = {
    CARILLON_AUTH_METRICS_KEY = var.secret_arns["metrics-key"]
    CARILLON_PEER_SECRET      = var.secret_arns["peer-key"]
  }
}

resource "aws_cloudwatch_log_group" "nodes" {
  name              = "/${var.name}/nodes"
  retention_in_days = var.log_retention_days
  kms_key_id        = var.kms_key_arn
}

resource "aws_ecs_cluster" "this" {
  name = var.name

  setting {
    name  = "containerInsights"
    value = "enabled"
  }
}

resource "aws_ecs_cluster_capacity_providers" "this" {
  cluster_name       = aws_ecs_cluster.this.name
  capacity_providers = ["FARGATE", "FARGATE_SPOT"]
}

resource "aws_ecs_task_definition" "node" {
  family                   = var.name
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = tostring(var.cpu)
  memory                   = tostring(var.memory_mib)
  execution_role_arn       = aws_iam_role.execution.arn
  task_role_arn            = aws_iam_role.task.arn

  runtime_platform {
    operating_system_family = "LINUX"
    cpu_architecture        = var.architecture
  }

  # The only place that a node may write to.
  volume {
    name = "tmp"
  }

  container_definitions = jsonencode([{
    name                   = "node"
    image                  = var.image
    essential              = true
    user                   = "10001:10001"
    readonlyRootFilesystem = true
    stopTimeout            = var.stop_timeout_seconds
    portMappings           = [{ containerPort = var.container_port, protocol = "tcp" }]
    environment            = [for name in sort(keys(local.settings)) : { name = name, value = local.settings[name] }]
    secrets                = [for name in sort(keys(local.injected)) : { name = name, valueFrom = local.injected[name] }]
    mountPoints            = [{ sourceVolume = "tmp", containerPath = "/tmp", readOnly = false }]
    ulimits                = [{ name = "nofile", softLimit = var.open_files, hardLimit = var.open_files }]
    linuxParameters        = { capabilities = { drop = ["ALL"] } }

    # ECS does not read the image's own.
    healthCheck = {
      command     = ["CMD", "/opt/carillon/bin/health", tostring(var.container_port), var.liveness_path]
      interval    = 15
      timeout     = 5
      retries     = 4
      startPeriod = 120
    }

    logConfiguration = {
      logDriver = "awslogs"
      options = {
        awslogs-group         = aws_cloudwatch_log_group.nodes.name
        awslogs-region        = local.region
        awslogs-stream-prefix = "node"
        # A slow log must not stop a node.
        mode            = "non-blocking"
        max-buffer-size = "8m"
      }
    }
  }])

  tags = { Name = var.name }
}

resource "aws_ecs_service" "nodes" {
  name            = var.name
  cluster         = aws_ecs_cluster.this.arn
  task_definition = aws_ecs_task_definition.node.arn
  # Where scaling takes it from; it is scaling's from then on.
  desired_count = var.min_tasks

  # New ones first: old and new serve together, nobody waits for a node.
  deployment_minimum_healthy_percent = 100
  deployment_maximum_percent         = 200
  availability_zone_rebalancing      = "ENABLED"
  # Ready within seconds; migrations under the start's lock may take longer.
  health_check_grace_period_seconds = 120
  enable_execute_command            = false
  enable_ecs_managed_tags           = true
  propagate_tags                    = "SERVICE"

  capacity_provider_strategy {
    capacity_provider = "FARGATE"
    base              = 1
    weight            = var.spot ? 0 : 1
  }

  dynamic "capacity_provider_strategy" {
    for_each = var.spot ? ["FARGATE_SPOT"] : []

    content {
      capacity_provider = capacity_provider_strategy.value
      weight            = 1
    }
  }

  deployment_circuit_breaker {
    enable   = true
    rollback = true
  }

  dynamic "alarms" {
    for_each = length(var.rollback_alarms) > 0 ? [var.rollback_alarms] : []

    content {
      alarm_names = alarms.value
      enable      = true
      rollback    = true
    }
  }

  load_balancer {
    target_group_arn = var.target_group_arn
    container_name   = "node"
    container_port   = var.container_port
  }

  network_configuration {
    subnets          = var.subnet_ids
    security_groups  = [aws_security_group.nodes.id]
    assign_public_ip = false
  }

  lifecycle {
    ignore_changes = [desired_count]
  }

  depends_on = [aws_ecs_cluster_capacity_providers.this, aws_iam_role_policy.task, aws_iam_role_policy.execution]
}
