output "origin" {
  description = "What a browser calls the product."
  value       = module.edge.origin
}

output "repository_url" {
  description = "Where images are pushed."
  value       = module.cicd.repository_url
}

output "deploy_role_arn" {
  description = "The role that a deployment takes."
  value       = module.cicd.deploy_role_arn
}

output "database_address" {
  description = "Host name of Postgres's writer."
  value       = module.database.address
}

output "administration_security_group_id" {
  description = "Group for an administrator's shell in the network."
  value       = aws_security_group.administration.id
}

output "ingress_queue_url" {
  description = "Where services put messages that become events; null without a queue."
  value       = module.service.ingress_queue_url
}
