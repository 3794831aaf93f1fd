//! The only place that knows Cedar: policies and schema read, validated and asked.
use std::collections::{HashMap, HashSet};

use cedar_policy::{
    Authorizer, Context, Decision as Answer, Entities, Entity, EntityId, EntityTypeName, EntityUid, Policy,
    PolicyId, PolicySet, Request, RestrictedExpression, Schema, ValidationMode, Validator,
};
use cf_kernel::Role;

use crate::standing::{Person, Standing};
use crate::{Action, Decision, GuardError};

/// Schema and policies, ready to be asked. Every policy carries its `@id`.
#[derive(Debug)]
pub(crate) struct Engine {
    schema: Schema,
    policies: PolicySet,
    actions: Entities,
    authorizer: Authorizer,
}

impl Engine {
    /// Reads and strictly validates. `sources` are names and texts of policy files.
    pub(crate) fn new(schema: &str, sources: &[(&str, &str)]) -> Result<Self, GuardError> {
        let unreadable = |file: &str, error: &dyn std::error::Error| GuardError::Unreadable {
            file: file.to_owned(),
            message: error.to_string(),
        };
        let (schema, warnings) =
            Schema::from_cedarschema_str(schema).map_err(|error| unreadable("the schema", &error))?;
        if let Some(warning) = warnings.into_iter().next() {
            return Err(unreadable("the schema", &warning));
        }
        let mut policies = PolicySet::new();
        for (file, text) in sources {
            let read: PolicySet = text.parse().map_err(|error| unreadable(file, &error))?;
            for policy in read.policies() {
                let Some(id) = policy.annotation("id").filter(|id| !id.is_empty()) else {
                    return Err(GuardError::Unnamed { file: (*file).to_owned() });
                };
                let policy = policy.new_id(PolicyId::new(id));
                policies.add(policy).map_err(|_| GuardError::Twice { id: id.to_owned() })?;
            }
        }
        Self::validated(schema, policies)
    }

    fn validated(schema: Schema, policies: PolicySet) -> Result<Self, GuardError> {
        let result = Validator::new(schema.clone()).validate(&policies, ValidationMode::Strict);
        let errors = result.validation_errors().map(ToString::to_string);
        let findings: Vec<_> = errors.chain(result.validation_warnings().map(ToString::to_string)).collect();
        if !findings.is_empty() {
            return Err(GuardError::Invalid { findings });
        }
        Self::unvalidated(schema, policies)
    }

    fn unvalidated(schema: Schema, policies: PolicySet) -> Result<Self, GuardError> {
        let actions = schema.action_entities().map_err(|error| GuardError::Unreadable {
            file: "the schema".into(),
            message: error.to_string(),
        })?;
        Ok(Self { schema, policies, actions, authorizer: Authorizer::new() })
    }

    /// Decides one case. Whatever goes wrong on the way is a denial.
    pub(crate) fn decide(&self, role: Role, glass: bool, action: Action, standing: Standing) -> Decision {
        let user = You { id: YOU, team: YOUR_TEAM, role, glass };
        self.ask(&user, action, &Named::canonical(standing)).unwrap_or_else(|error| Decision {
            permitted: false,
            policies: Vec::new(),
            error: Some(error),
        })
    }

    fn ask(&self, user: &You<'_>, action: Action, named: &Named<'_>) -> Result<Decision, String> {
        let resource = named.entity()?;
        let principal = user.entity()?;
        let request = self.request(principal.uid(), action, resource.uid())?;
        let entities =
            self.actions.clone().add_entities([principal, resource], Some(&self.schema)).map_err(said)?;
        let response = self.authorizer.is_authorized(&request, &self.policies, &entities);
        let mut policies: Vec<String> = response.diagnostics().reason().map(ToString::to_string).collect();
        policies.sort_unstable();
        // Cedar leaves out a policy that fails. A limit that is left out would open what it guards, so any failure denies.
        let mut errors: Vec<String> = response.diagnostics().errors().map(ToString::to_string).collect();
        errors.sort_unstable();
        let error = (!errors.is_empty()).then(|| errors.join("; "));
        Ok(Decision { permitted: response.decision() == Answer::Allow && error.is_none(), policies, error })
    }

    fn request(&self, principal: EntityUid, action: Action, resource: EntityUid) -> Result<Request, String> {
        let action = uid("Action", action.code());
        Request::new(principal, action, resource, Context::empty(), Some(&self.schema)).map_err(said)
    }

    /// Whether the schema lets this action be asked of this at all.
    pub(crate) fn knows(&self, action: Action, standing: Standing) -> bool {
        let resource = Named::canonical(standing).entity();
        resource.is_ok_and(|resource| self.request(uid("User", YOU), action, resource.uid()).is_ok())
    }

    /// Whether the action with this code belongs to this group of actions.
    #[cfg(test)]
    pub(crate) fn in_group(&self, action: Action, group: &str) -> bool {
        self.actions.is_ancestor_of(&uid("Action", group), &uid("Action", action.code()))
    }

    /// Every policy's `@id` and whether it permits.
    pub(crate) fn list(&self) -> Vec<(String, bool)> {
        let permits = |policy: &Policy| policy.effect() == cedar_policy::Effect::Permit;
        let mut list: Vec<_> =
            self.policies.policies().map(|policy| (policy.id().to_string(), permits(policy))).collect();
        list.sort_unstable();
        list
    }

    /// The same without one policy, to show that it is needed.
    #[cfg(test)]
    pub(crate) fn without(&self, id: &str) -> Result<Self, GuardError> {
        let kept = self.policies.policies().filter(|policy| policy.id().to_string() != id).cloned();
        let policies = PolicySet::from_policies(kept).map_err(|_| GuardError::Twice { id: id.to_owned() })?;
        Self::unvalidated(self.schema.clone(), policies)
    }

    /// The same with one more policy, not validated, to show what the rest withstands.
    #[cfg(test)]
    pub(crate) fn with_unvalidated(&self, id: &str, text: &str) -> Result<Self, GuardError> {
        let unreadable = |message| GuardError::Unreadable { file: id.to_owned(), message };
        let policy =
            Policy::parse(Some(PolicyId::new(id)), text).map_err(|error| unreadable(error.to_string()))?;
        let mut policies = self.policies.clone();
        policies.add(policy).map_err(|_| GuardError::Twice { id: id.to_owned() })?;
        Self::unvalidated(self.schema.clone(), policies)
    }
}

/// What the one who asks, and anybody else, is called.
const YOU: &str = "you";
const ANOTHER: &str = "another";
const YOUR_TEAM: &str = "yours";
const ANOTHER_TEAM: &str = "another";

/// The groups of a role, as the schema explains them.
const fn groups(role: Role) -> &'static [&'static str] {
    match role {
        Role::Operator => &["person", "police", "desk"],
        Role::Supervisor | Role::Inspector => &["person", "police", "desk", "lead"],
        Role::Investigator => &["person", "police"],
        Role::CouncilWorker | Role::Auditor | Role::Administrator => &["person"],
        Role::System => &[],
    }
}

struct You<'a> {
    id: &'a str,
    team: &'a str,
    role: Role,
    glass: bool,
}

impl You<'_> {
    fn entity(&self) -> Result<Entity, String> {
        let mut parents: HashSet<_> = groups(self.role).iter().map(|group| uid("Group", group)).collect();
        parents.insert(uid("Role", self.role.code()));
        let attributes = HashMap::from([
            ("team".to_owned(), RestrictedExpression::new_entity_uid(uid("Team", self.team))),
            ("glass".to_owned(), RestrictedExpression::new_bool(self.glass)),
        ]);
        Entity::new(uid("User", self.id), attributes, parents).map_err(said)
    }
}

/// A standing with a name for everybody in it.
struct Named<'a> {
    standing: Standing,
    owner: &'a str,
    handed_to: &'a str,
    by: &'a str,
    team: &'a str,
}

impl Named<'_> {
    fn canonical(standing: Standing) -> Self {
        let name = |person| match person {
            Some(Person::You) => YOU,
            Some(Person::Another) | None => ANOTHER,
        };
        let (owner, handed_to, by, own_team) = match standing {
            Standing::Incident { owner, handed_to, own_team, .. } => (owner, handed_to, None, own_team),
            Standing::Glass { by } => (None, None, Some(by), false),
            _ => (None, None, None, false),
        };
        Self {
            standing,
            owner: name(owner),
            handed_to: name(handed_to),
            by: name(by),
            team: if own_team { YOUR_TEAM } else { ANOTHER_TEAM },
        }
    }

    fn entity(&self) -> Result<Entity, String> {
        let flag = |name: &str, value| (name.to_owned(), RestrictedExpression::new_bool(value));
        let user = |name: &str, id| (name.to_owned(), RestrictedExpression::new_entity_uid(uid("User", id)));
        let (kind, attributes) = match self.standing {
            Standing::Desk => ("Desk", HashMap::new()),
            Standing::Service => ("Service", HashMap::new()),
            Standing::Child { restricted } => ("Child", HashMap::from([flag("restricted", restricted)])),
            Standing::Council { other_authority } => {
                ("Council", HashMap::from([flag("other_authority", other_authority)]))
            }
            Standing::Glass { .. } => ("Glass", HashMap::from([user("by", self.by)])),
            Standing::Incident { restricted, other_authority, open, owner, handed_to, .. } => {
                let team = RestrictedExpression::new_entity_uid(uid("Team", self.team));
                let mut attributes = HashMap::from([
                    flag("restricted", restricted),
                    flag("open", open),
                    flag("other_authority", other_authority),
                    ("team".to_owned(), team),
                ]);
                attributes.extend(owner.map(|_| user("owner", self.owner)));
                attributes.extend(handed_to.map(|_| user("handed_to", self.handed_to)));
                ("Incident", attributes)
            }
        };
        Entity::new(uid(kind, "this"), attributes, HashSet::new()).map_err(said)
    }
}

fn said(error: impl std::error::Error) -> String {
    error.to_string()
}

fn uid(kind: &str, id: &str) -> EntityUid {
    EntityUid::from_type_name_and_id(type_name(kind), EntityId::new(id))
}

#[expect(
    clippy::expect_used,
    reason = "INVARIANT: only called with the plain type names written in this file"
)]
fn type_name(kind: &str) -> EntityTypeName {
    kind.parse().expect("a plain identifier is a type name")
}

#[cfg(test)]
mod tests;
