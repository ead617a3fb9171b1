output "repository_url" {
  description = "Where images are pushed."
  value       = aws_ecr_repository.this.repository_url
}

output "repository_arn" {
  description = "The repository."
  value       = aws_ecr_repository.this.arn
}

output "deploy_role_arn" {
  description = "The role that a deployment takes."
  value       = aws_iam_role.deploy.arn
}
