# Sizes and their arithmetic: src/docs/operations.md, scaling table.

module "platform" {
  source = "../../modules/platform"

  environment = "production"

  domain_name       = var.domain_name
  zone_id           = var.zone_id
  image_digest      = var.image_digest
  source_repository = var.source_repository
  alarm_emails      = var.alarm_emails
  origins           = var.origins
  tokens            = var.tokens
  settings          = var.settings
  ingress_sources   = var.ingress_sources

  scraper_security_group_ids = var.scraper_security_group_ids

  availability_zones = ["eu-central-1a", "eu-central-1b", "eu-central-1c"]

  database = {
    instance_class    = "db.m7g.xlarge"
    storage_gib       = 200
    storage_limit_gib = 2000
    max_connections   = 600
    backup_days       = 14
  }

  tasks = {
    min                  = 3
    max                  = 12
    cpu                  = 1024
    memory_mib           = 2048
    connections_per_task = 15000
  }

  monthly_budget_usd = 2500
  log_retention_days = 90
}
