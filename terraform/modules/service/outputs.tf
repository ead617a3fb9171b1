output "cluster_name" {
  description = "The ECS cluster."
  value       = aws_ecs_cluster.this.name
}

output "service_name" {
  description = "The ECS service."
  value       = aws_ecs_service.nodes.name
}

output "service_arn" {
  description = "What a deploy role may update."
  value       = aws_ecs_service.nodes.id
}

output "role_arns" {
  description = "The roles that a deploy role may hand to tasks: execution and task."
  value       = [aws_iam_role.execution.arn, aws_iam_role.task.arn]
}

output "log_group_name" {
  description = "The nodes' log."
  value       = aws_cloudwatch_log_group.nodes.name
}

output "security_group_id" {
  description = "The nodes' group."
  value       = aws_security_group.nodes.id
}

output "ingress_queue_url" {
  description = "Where services put messages that become events; null without a queue."
  value       = one(aws_sqs_queue.ingress[*].url)
}

output "ingress_queue_arn" {
  description = "The same queue's ARN."
  value       = one(aws_sqs_queue.ingress[*].arn)
}
