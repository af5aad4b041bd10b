# Variables of both stacks, such as region, domain_name and zone_id. Holds no secret; commit it.
