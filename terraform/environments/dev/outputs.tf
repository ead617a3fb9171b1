output "platform" {
  description = "Addresses and names that people and deployments need."
  value       = module.platform
}
