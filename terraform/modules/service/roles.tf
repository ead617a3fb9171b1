# Two roles: with one ECS starts a task, with the other the node works. Neither may do more than is named.

locals {
  assume = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "ecs-tasks.amazonaws.com" }
      Condition = {
        StringEquals = { "aws:SourceAccount" = local.account }
        ArnLike      = { "aws:SourceArn" = "arn:${data.aws_partition.current.partition}:ecs:${local.region}:${local.account}:*" }
      }
    }]
  })

  # What a node reads itself, and again when it changes.
  read_secrets = concat(
    var.tokens.jwks_url == null ? [var.secret_arns["token-keys"]] : [],
    var.database.login == "secret" ? [var.secret_arns["database-login"], var.secret_arns["owner-login"]] : [],
  )

  login_arn = "arn:${data.aws_partition.current.partition}:rds-db:${local.region}:${local.account}:dbuser:${var.database.resource_id}"
}

resource "aws_iam_role" "execution" {
  name               = "${var.name}-execution"
  description        = "ECS pulls the image, reads the injected secrets and opens the log stream with it"
  assume_role_policy = local.assume
}

resource "aws_iam_role_policy" "execution" {
  name = "start"
  role = aws_iam_role.execution.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid      = "RegistryLogin"
        Effect   = "Allow"
        Action   = "ecr:GetAuthorizationToken"
        Resource = "*"
      },
      {
        Sid      = "Pull"
        Effect   = "Allow"
        Action   = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
        Resource = var.repository_arn
      },
      {
        Sid      = "Log"
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = "${aws_cloudwatch_log_group.nodes.arn}:*"
      },
      {
        Sid      = "InjectedSecrets"
        Effect   = "Allow"
        Action   = "secretsmanager:GetSecretValue"
        Resource = values(local.injected)
      },
      {
        Sid       = "Decrypt"
        Effect    = "Allow"
        Action    = "kms:Decrypt"
        Resource  = var.kms_key_arn
        Condition = { StringEquals = { "kms:ViaService" = "secretsmanager.${local.region}.amazonaws.com" } }
      },
    ]
  })
}

resource "aws_iam_role" "task" {
  name               = "${var.name}-node"
  description        = "A running node"
  assume_role_policy = local.assume
}

locals {
  # Everything a node could need; granted is what this one is configured for.
  abilities = [
    {
      # The API knows no narrower resource for it.
      Sid      = "SeeWhetherOneIsTakenOut"
      Effect   = "Allow"
      Action   = "elasticloadbalancing:DescribeTargetHealth"
      Resource = "*"
    },
    {
      Sid      = "ReadSecrets"
      Effect   = "Allow"
      Action   = "secretsmanager:GetSecretValue"
      Resource = local.read_secrets
    },
    {
      Sid      = "LogIn"
      Effect   = "Allow"
      Action   = "rds-db:connect"
      Resource = ["${local.login_arn}/${var.database.user}", "${local.login_arn}/${var.database.owner_user}"]
    },
    {
      Sid      = "TakeIn"
      Effect   = "Allow"
      Action   = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility", "sqs:GetQueueAttributes"]
      Resource = one(aws_sqs_queue.ingress[*].arn)
    },
    {
      Sid      = "Archive"
      Effect   = "Allow"
      Action   = ["s3:PutObject", "s3:GetObject"]
      Resource = var.archive == null ? null : "${var.archive.arn}/events/*"
    },
    {
      Sid       = "SeeWhatIsArchived"
      Effect    = "Allow"
      Action    = "s3:ListBucket"
      Resource  = var.archive == null ? null : var.archive.arn
      Condition = { StringLike = { "s3:prefix" = "events/*" } }
    },
    {
      Sid      = "UseTheKey"
      Effect   = "Allow"
      Action   = ["kms:Decrypt", "kms:GenerateDataKey"]
      Resource = var.kms_key_arn
      Condition = {
        StringEquals = {
          "kms:ViaService" = [for service in ["secretsmanager", "sqs", "s3"] : "${service}.${local.region}.amazonaws.com"]
        }
      }
    },
  ]

  granted = concat(
    ["SeeWhetherOneIsTakenOut", "UseTheKey"],
    length(local.read_secrets) > 0 ? ["ReadSecrets"] : [],
    var.database.login == "iam" ? ["LogIn"] : [],
    var.ingress_sources == null ? [] : ["TakeIn"],
    var.archive == null ? [] : ["Archive", "SeeWhatIsArchived"],
  )
}

resource "aws_iam_role_policy" "task" {
  name = "work"
  role = aws_iam_role.task.id

  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [for ability in local.abilities : ability if contains(local.granted, ability.Sid)]
  })
}
