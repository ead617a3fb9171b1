output "kms_key_arn" {
  description = "The environment's key."
  value       = aws_kms_key.this.arn
}

output "secret_arns" {
  description = "The secrets' ARNs by the names given in var.secrets."
  value       = { for name, secret in aws_secretsmanager_secret.this : name => secret.arn }
}
