# As production in everything but size: what a deployment or a failover does is seen here first.

module "platform" {
  source = "../../modules/platform"

  environment = "staging"

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
  nat                = "single"

  database = {
    instance_class    = "db.m7g.large"
    storage_gib       = 50
    storage_limit_gib = 200
    max_connections   = 250
    backup_days       = 7
  }

  tasks = {
    min                  = 2
    max                  = 4
    cpu                  = 1024
    memory_mib           = 2048
    connections_per_task = 15000
  }

  monthly_budget_usd = 900
}
