# One environment: the seven modules, and what they must agree on said once.

locals {
  name    = "carillon-${var.environment}"
  archive = { bucket = module.database.archive_bucket, arn = module.database.archive_bucket_arn }
}

module "secrets" {
  source = "../secrets"

  name = local.name
}

module "network" {
  source = "../network"

  name                = local.name
  cidr                = var.cidr
  availability_zones  = var.availability_zones
  nat                 = var.nat
  interface_endpoints = var.interface_endpoints
  log_retention_days  = var.log_retention_days
  kms_key_arn         = module.secrets.kms_key_arn
}

# Whoever administers the database attaches this to a shell in the network (operations.md, first deploy).
resource "aws_security_group" "administration" {
  name        = "${local.name}-administration"
  description = "Shells of administrators: out to Postgres, nothing in"
  vpc_id      = module.network.vpc_id

  tags = { Name = "${local.name}-administration" }
}

resource "aws_vpc_security_group_egress_rule" "administration" {
  security_group_id = aws_security_group.administration.id
  description       = "Postgres, package mirrors"
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "-1"
}

module "database" {
  source = "../database"

  name        = local.name
  environment = var.environment
  vpc_id      = module.network.vpc_id
  subnet_ids  = module.network.database_subnet_ids
  kms_key_arn = module.secrets.kms_key_arn

  client_security_groups = {
    nodes          = module.service.security_group_id
    administration = aws_security_group.administration.id
  }

  instance_class      = var.database.instance_class
  storage_gib         = var.database.storage_gib
  storage_limit_gib   = var.database.storage_limit_gib
  max_connections     = var.database.max_connections
  multi_az            = var.database.multi_az
  deletion_protection = var.database.deletion_protection
  backup_days         = var.database.backup_days
  archive_days        = var.archive_days
}

module "edge" {
  source = "../edge"

  name        = local.name
  environment = var.environment
  vpc_id      = module.network.vpc_id
  subnet_ids  = module.network.public_subnet_ids
  domain_name = var.domain_name
  zone_id     = var.zone_id
  kms_key_arn = module.secrets.kms_key_arn

  ping_interval_seconds        = var.times.ping_interval
  poll_wait_seconds            = var.times.poll_wait
  idle_timeout_seconds         = var.times.idle_timeout
  drain_deadline_seconds       = var.times.drain_deadline
  deregistration_delay_seconds = var.times.deregistration_delay
  deletion_protection          = var.edge_deletion_protection
  rate_limits                  = var.rate_limits
  log_retention_days           = var.log_retention_days
}

module "cicd" {
  source = "../cicd"

  name              = local.name
  environment       = var.environment
  kms_key_arn       = module.secrets.kms_key_arn
  repository        = var.source_repository
  oidc_provider_arn = var.oidc_provider_arn
  service_name      = local.name
  task_role_arns    = module.service.role_arns
}

module "observability" {
  source = "../observability"

  name                   = local.name
  environment            = var.environment
  kms_key_arn            = module.secrets.kms_key_arn
  emails                 = var.alarm_emails
  connections_per_task   = var.tasks.connections_per_task
  min_tasks              = var.tasks.min
  balancer_dimension     = module.edge.balancer_dimension
  target_group_dimension = module.edge.target_group_dimension
  firewall_name          = module.edge.firewall_name
  # Not from the service: its deployments wait for these alarms.
  ingress_queue_name = var.ingress_sources == null ? null : "${local.name}-ingress.fifo"
  archive            = true
  monthly_budget_usd = var.monthly_budget_usd

  database = {
    identifier      = module.database.identifier
    storage_gib     = module.database.storage_gib
    max_connections = module.database.max_connections
  }
}

module "service" {
  source = "../service"

  name                       = local.name
  environment                = var.environment
  kms_key_arn                = module.secrets.kms_key_arn
  vpc_id                     = module.network.vpc_id
  subnet_ids                 = module.network.private_subnet_ids
  balancer_security_group_id = module.edge.security_group_id
  target_group_arn           = module.edge.target_group_arn
  scraper_security_group_ids = var.scraper_security_group_ids

  image          = "${module.cicd.repository_url}@${var.image_digest}"
  repository_arn = module.cicd.repository_arn
  architecture   = var.tasks.architecture

  min_tasks            = var.tasks.min
  max_tasks            = var.tasks.max
  cpu                  = var.tasks.cpu
  memory_mib           = var.tasks.memory_mib
  connections_per_task = var.tasks.connections_per_task
  open_files           = var.tasks.open_files
  pool_size            = var.tasks.pool_size
  spot                 = var.tasks.spot

  ping_interval_seconds  = var.times.ping_interval
  poll_wait_seconds      = var.times.poll_wait
  stop_timeout_seconds   = var.times.stop_timeout
  connection_age_minutes = var.times.connection_age_minutes

  drain = {
    notice_seconds   = var.times.drain_notice
    spread_seconds   = var.times.drain_spread
    deadline_seconds = var.times.drain_deadline
  }

  origins                  = concat([module.edge.origin], var.origins)
  tokens                   = var.tokens
  settings                 = var.settings
  secret_arns              = module.secrets.secret_arns
  database_max_connections = var.database.max_connections
  archive                  = local.archive
  ingress_sources          = var.ingress_sources
  rollback_alarms          = module.observability.rollback_alarms
  log_retention_days       = var.log_retention_days

  database = {
    url         = module.database.url
    resource_id = module.database.resource_id
    login       = var.database.login
  }
}
