"""A role's settings: finding its policy, changing one rule."""

from .graph import Graph

POLICIES = "/policies/roleManagementPolicies"
ASSIGNMENTS = "/policies/roleManagementPolicyAssignments"


def of_role(role: str) -> str:
    return f"scopeId eq '/' and scopeType eq 'DirectoryRole' and roleDefinitionId eq '{role}'"


def policy_id(graph: Graph, role: str) -> str:
    (assignment,) = graph.list(ASSIGNMENTS, filter=of_role(role))
    return assignment["policyId"]


def rule(kind: str, name: str, **settings) -> dict:
    return {"@odata.type": f"#microsoft.graph.unifiedRoleManagementPolicy{kind}Rule", "id": name, **settings}


def set_rule(graph: Graph, role: str, kind: str, name: str, **settings) -> None:
    graph.patch(f"{POLICIES}/{policy_id(graph, role)}/rules/{name}", rule(kind, name, **settings))


def get_rule(graph: Graph, role: str, name: str) -> dict:
    return graph.get(f"{POLICIES}/{policy_id(graph, role)}/rules/{name}")
