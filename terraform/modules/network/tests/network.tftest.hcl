mock_provider "aws" {
  mock_data "aws_region" {
    defaults = { region = "eu-central-1" }
  }
}

variables {
  name               = "carillon-test"
  availability_zones = ["eu-central-1a", "eu-central-1b", "eu-central-1c"]
  kms_key_arn        = "arn:aws:kms:eu-central-1:111122223333:key/test"
}

run "builds" {
  command = apply

  assert {
    condition     = length(aws_route.out) == 3 && length(aws_nat_gateway.this) == 3
    error_message = "each zone has its own way out"
  }

  assert {
    condition     = length(toset(concat([for s in aws_subnet.public : s.cidr_block], [for s in aws_subnet.private : s.cidr_block], [for s in aws_subnet.database : s.cidr_block]))) == 9
    error_message = "no two subnets overlap"
  }
}

run "database_tier_has_no_way_out" {
  command = apply

  assert {
    condition = alltrue([
      for route in concat([aws_route.internet], values(aws_route.out)) : route.route_table_id != aws_route_table.database.id
    ])
    error_message = "no route may lead out of the database tier"
  }

  assert {
    condition     = alltrue([for a in aws_route_table_association.database : a.route_table_id == aws_route_table.database.id])
    error_message = "the database's subnets use the table without routes"
  }
}

run "nothing_gets_a_public_address" {
  command = apply

  assert {
    condition     = alltrue([for s in concat(values(aws_subnet.public), values(aws_subnet.private), values(aws_subnet.database)) : !s.map_public_ip_on_launch])
    error_message = "no subnet gives out public addresses"
  }
}

run "default_group_is_closed" {
  command = apply

  assert {
    condition     = length(aws_default_security_group.closed.ingress) == 0 && length(aws_default_security_group.closed.egress) == 0
    error_message = "what names no security group gets nothing"
  }
}

run "flow_log_role_writes_to_one_group" {
  command = apply

  assert {
    condition     = jsondecode(aws_iam_role_policy.flow.policy).Statement[0].Resource == "${aws_cloudwatch_log_group.flow.arn}:*"
    error_message = "the role may write to the flow log's group only"
  }
}

run "single_nat_where_asked" {
  command = apply

  variables {
    nat = "single"
  }

  assert {
    condition     = length(aws_nat_gateway.this) == 1 && length(aws_route.out) == 3
    error_message = "one gateway serves all zones"
  }
}

run "one_zone_is_refused" {
  command = plan

  variables {
    availability_zones = ["eu-central-1a"]
  }

  expect_failures = [var.availability_zones]
}

run "small_network_is_refused" {
  command = plan

  variables {
    cidr = "10.0.0.0/24"
  }

  expect_failures = [var.cidr]
}
