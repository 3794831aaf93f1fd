use std::collections::BTreeMap;

use super::*;
use crate::matrix::tests::cases;
use crate::{Guard, Resource, Subject};

type Case = (Role, bool, Action, Standing);

impl Engine {
    /// The decision with everybody's real id in the request, as a check on asking by standing.
    pub(crate) fn decide_by_ids(&self, subject: &Subject, action: Action, resource: &Resource) -> Decision {
        let (you, team) = (subject.user.to_string(), subject.team.to_string());
        let user = You { id: &you, team: &team, role: subject.role, glass: subject.glass };
        let people = resource.people().map(|id| id.map(|id| id.to_string()).unwrap_or_default());
        let owning = resource.team().map(|team| team.to_string()).unwrap_or_default();
        let [owner, handed_to, by] = &people;
        let named = Named { standing: resource.standing(subject), owner, handed_to, by, team: &owning };
        self.ask(&user, action, &named).unwrap_or_else(|error| Decision {
            permitted: false,
            policies: Vec::new(),
            error: Some(error),
        })
    }
}

/// For each policy, one case that it alone settles.
fn settled_alone(guard: &Guard) -> BTreeMap<String, Case> {
    let mut alone = BTreeMap::new();
    for case in cases(guard).filter(|case| telling(case.3)) {
        let decision = guard.decide_case(case.0, case.1, case.2, case.3);
        if let [id] = decision.policies.as_slice() {
            alone.entry(id.clone()).or_insert(case);
        }
    }
    alone
}

/// Leaves out incidents that differ in team or owner alone: one case is looked for, not all.
const fn telling(standing: Standing) -> bool {
    !matches!(standing, Standing::Incident { own_team: true, .. } | Standing::Incident { owner: Some(_), .. })
}

#[test]
fn every_permit_is_needed() {
    let guard = Guard::built_in().unwrap();
    let alone = settled_alone(&guard);
    for (id, permits) in guard.policies() {
        if !permits {
            continue;
        }
        let (role, glass, action, standing) =
            *alone.get(&id).unwrap_or_else(|| panic!("`{id}` is never needed"));
        assert!(guard.decide_case(role, glass, action, standing).permitted);
        let without = guard.engine().without(&id).unwrap();
        assert!(!without.decide(role, glass, action, standing).permitted, "`{id}` can be removed unnoticed");
    }
}

/// A limit is there for what somebody permits by mistake; so permit everything and see each hold.
#[test]
fn every_limit_holds_against_a_policy_that_permits_everything() {
    let built_in = Guard::built_in().unwrap();
    let open =
        built_in.engine().with_unvalidated("mistake", "permit (principal, action, resource);").unwrap();
    let alone = settled_alone(&Guard::over(open));
    let open =
        built_in.engine().with_unvalidated("mistake", "permit (principal, action, resource);").unwrap();
    for (id, permits) in built_in.policies() {
        if permits {
            continue;
        }
        let (role, glass, action, standing) =
            *alone.get(&id).unwrap_or_else(|| panic!("`{id}` limits nothing"));
        assert!(!open.decide(role, glass, action, standing).permitted);
        let without = open.without(&id).unwrap();
        assert!(without.decide(role, glass, action, standing).permitted, "`{id}` can be removed unnoticed");
    }
}

#[test]
fn without_policies_everything_is_denied() {
    let guard = Guard::built_in().unwrap();
    let none = Engine::unvalidated(guard.engine().schema.clone(), PolicySet::new()).unwrap();
    for (role, glass, action, standing) in cases(&guard) {
        if telling(standing) {
            assert!(!none.decide(role, glass, action, standing).permitted);
        }
    }
}

/// Cedar leaves a failing policy out. If that policy is a limit, leaving it out must not open anything.
#[test]
fn a_failing_policy_denies_and_says_so() {
    let guard = Guard::built_in().unwrap();
    let case = (Role::Operator, false, Action::TakeReport, Standing::Desk);
    assert!(guard.engine().decide(case.0, case.1, case.2, case.3).permitted);
    for effect in ["permit", "forbid"] {
        let text = format!("{effect} (principal, action, resource) when {{ principal.missing > 1 }};");
        let failing = guard.engine().with_unvalidated("failing", &text).unwrap();
        let decision = failing.decide(case.0, case.1, case.2, case.3);
        assert!(!decision.permitted, "a failing {effect} let it through");
        assert!(decision.error.unwrap().contains("failing"));
    }
}

#[test]
fn what_the_schema_does_not_know_is_denied_with_an_error() {
    let guard = Guard::built_in().unwrap();
    let decision =
        guard.engine().decide(Role::Auditor, false, Action::ViewBoard, Standing::Child { restricted: false });
    assert!(!decision.permitted && decision.policies.is_empty());
    assert!(decision.error.is_some());
}

#[test]
fn policies_that_do_not_fit_are_refused_at_the_start() {
    let schema = include_str!("../../../../policies/childfirst.cedarschema");
    let read = |text: &str| Engine::new(schema, &[("try.cedar", text)]).map(|_| ());
    assert_eq!(read("@id(\"fits\") permit (principal, action == Action::\"view_help\", resource);"), Ok(()));
    let invalid = |text: &str| matches!(read(text), Err(GuardError::Invalid { .. }));
    assert!(
        invalid("@id(\"a\") permit (principal in Role::\"opertor\", action, resource);"),
        "a misspelt role"
    );
    assert!(
        invalid("@id(\"a\") permit (principal, action == Action::\"veiw_child\", resource);"),
        "a misspelt action"
    );
    assert!(
        invalid(
            "@id(\"a\") permit (principal, action == Action::\"view_child\", resource) when { resource.secret };"
        ),
        "an attribute that is not there"
    );
    assert!(
        invalid(
            "@id(\"a\") permit (principal, action == Action::\"hand_over\", resource) when { resource.owner == principal };"
        ),
        "an attribute that may be missing"
    );
    let plain = "permit (principal, action == Action::\"view_help\", resource);";
    assert_eq!(read(plain), Err(GuardError::Unnamed { file: "try.cedar".into() }));
    let named = format!("@id(\"same\") {plain}");
    assert_eq!(read(&format!("{named}\n{named}")), Err(GuardError::Twice { id: "same".into() }));
    assert!(matches!(read("permit everything"), Err(GuardError::Unreadable { .. })));
}
