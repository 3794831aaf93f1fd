use std::time::Instant;

use cf_kernel::{TeamId, UserId};
use proptest::prelude::*;

use super::*;
use crate::Effect;
use crate::matrix::roles;
use crate::matrix::tests::cases;
use crate::standing::Person;

fn restricted(standing: Standing) -> bool {
    matches!(standing, Standing::Child { restricted: true } | Standing::Incident { restricted: true, .. })
}

#[test]
fn promises_hold_in_every_case() {
    let guard = Guard::built_in().unwrap();
    let reads_cases = |action: Action| action.effect() == Effect::ShowsCase;
    let changes_cases = |action: Action| matches!(action.effect(), Effect::Works | Effect::ChangesCase);
    let changes = |action: Action| changes_cases(action) || action.effect() == Effect::Changes;
    let mut permitted = 0;
    for (role, glass, action, standing) in cases(&guard) {
        let decision = guard.decide_case(role, glass, action, standing);
        let case = format!("{role:?} glass={glass} {action:?} {standing:?}: {decision:?}");
        if !decision.permitted {
            continue;
        }
        permitted += 1;
        assert!(decision.error.is_none(), "permitted in spite of an error: {case}");
        assert!(!decision.policies.is_empty(), "permitted by nothing: {case}");
        match role {
            Role::Auditor => assert!(!changes(action), "an auditor changes nothing: {case}"),
            Role::Administrator => {
                assert!(!reads_cases(action) && !changes_cases(action), "no case content: {case}")
            }
            Role::System => {
                let own = matches!(
                    action,
                    Action::Escalate | Action::ImportData | Action::ProposeLink | Action::RaiseFlowAlarm
                );
                assert!(own, "{case}");
            }
            Role::CouncilWorker => {
                assert!(!restricted(standing), "{case}");
                assert_ne!(standing, Standing::Council { other_authority: true }, "{case}");
                assert!(!matches!(standing, Standing::Incident { other_authority: true, .. }), "{case}");
                assert!(
                    !matches!(action, Action::SearchChildren | Action::ViewBoard | Action::ViewChild),
                    "{case}"
                );
            }
            Role::Operator | Role::Investigator => {
                let held = matches!(
                    standing,
                    Standing::Incident { owner: Some(Person::You), .. }
                        | Standing::Incident { handed_to: Some(Person::You), .. }
                );
                let open = glass || held || action == Action::BreakGlass;
                assert!(!restricted(standing) || open, "restricted: {case}");
            }
            Role::Supervisor | Role::Inspector => {}
        }
        if action == Action::Escalate {
            assert_eq!(role, Role::System, "{case}");
        }
        if action == Action::ReviewGlass {
            assert!(role == Role::Inspector && standing != Standing::Glass { by: Person::You }, "{case}");
        }
        if let Standing::Incident { open: false, .. } = standing {
            assert_ne!(action.effect(), Effect::Works, "a closed incident is not worked on: {case}");
        }
    }
    assert!(permitted > 1000, "only {permitted} cases are permitted; is anything read?");
    glass_opens_restricted_records_and_nothing_else(&guard);
}

fn glass_opens_restricted_records_and_nothing_else(guard: &Guard) {
    for (role, glass, action, standing) in cases(guard) {
        let with = guard.decide_case(role, glass, action, standing);
        let without = guard.decide_case(role, false, action, standing);
        if !glass || with.permitted == without.permitted {
            continue;
        }
        assert!(with.permitted, "breaking the glass closed something: {role:?} {action:?} {standing:?}");
        assert!(
            matches!(role, Role::Operator | Role::Investigator) && restricted(standing),
            "{role:?} {action:?} {standing:?}"
        );
    }
}

#[test]
fn a_person_who_may_ask_for_the_glass_is_the_one_it_helps() {
    let guard = Guard::built_in().unwrap();
    for role in roles() {
        let may_break = guard
            .decide_case(role, false, Action::BreakGlass, Standing::Child { restricted: true })
            .permitted;
        let plain =
            guard.decide_case(role, false, Action::ViewChild, Standing::Child { restricted: true }).permitted;
        let glass =
            guard.decide_case(role, true, Action::ViewChild, Standing::Child { restricted: true }).permitted;
        assert_eq!(may_break, glass && !plain, "{role:?}");
    }
}

#[test]
fn a_closed_incident_says_so() {
    let guard = Guard::built_in().unwrap();
    let (user, team) = (UserId::new(), TeamId::new());
    let operator = Subject { user, role: Role::Operator, team, glass: false };
    let closed = Resource::incident(false, Some(user), team, false);
    assert!(guard.decide(&operator, Action::RecordReturn, &closed).because_closed());
    assert!(
        guard.decide(&operator, Action::CloseIncident, &closed).permitted,
        "the incident answers a second click"
    );
    let council = Subject { role: Role::CouncilWorker, ..operator };
    assert!(!guard.decide(&council, Action::ViewIncident, &closed).because_closed());
}

#[test]
fn every_limit_names_actions_of_the_group_the_code_says() {
    let guard = Guard::built_in().unwrap();
    for action in Action::ALL {
        let is = |group| guard.engine().in_group(action, group);
        let groups = (is("shows_case"), is("changes"), is("changes_case"), is("works"));
        let said = match action.effect() {
            Effect::ShowsCase => (true, false, false, false),
            Effect::Changes => (false, true, false, false),
            Effect::ChangesCase => (false, true, true, false),
            Effect::Works => (false, true, true, true),
            Effect::Other => (false, false, false, false),
        };
        assert_eq!(groups, said, "{action:?}");
    }
}

#[test]
fn every_case_has_its_own_slot() {
    let slots: std::collections::BTreeSet<_> = roles()
        .flat_map(|role| [(role, false), (role, true)])
        .flat_map(|(role, glass)| Action::ALL.map(|action| (role, glass, action)))
        .flat_map(|(role, glass, action)| {
            Standing::all().into_iter().map(move |standing| slot(role, glass, action, standing))
        })
        .collect();
    assert_eq!(slots, (0..ROLES * 2 * Action::ALL.len() * Standing::COUNT).collect());
}

#[test]
fn actions_are_named_once_and_found_by_code() {
    for action in Action::ALL {
        assert_eq!(Action::from_code(action.code()), Some(action));
        assert!(!action.label().is_empty() && action.purpose().starts_with("to "));
    }
    assert_eq!(Action::from_code("view_everything"), None);
}

/// Kept decisions answer at once; the first of a kind takes Cedar's time. Generous bounds: the machine may be busy.
#[test]
fn a_kept_decision_takes_microseconds() {
    let guard = Guard::built_in().unwrap();
    let subject = Subject { user: UserId::new(), role: Role::Operator, team: TeamId::new(), glass: false };
    let first = guard.decide(&subject, Action::ViewChild, &Resource::child(false));
    let start = Instant::now();
    for _ in 0..1000 {
        assert_eq!(guard.decide(&subject, Action::ViewChild, &Resource::child(false)), first);
    }
    assert!(start.elapsed().as_millis() < 100, "1000 kept decisions took {:?}", start.elapsed());
}

fn resource() -> impl Strategy<Value = (u8, [bool; 3], Option<u8>, Option<u8>, u8)> {
    (0..6_u8, any::<[bool; 3]>(), proptest::option::of(0..3_u8), proptest::option::of(0..3_u8), 0..2_u8)
}

proptest! {
    /// The kept decision is the one Cedar gives when asked with the people's real ids.
    #[test]
    fn kept_decisions_are_cedars_own(
        role in proptest::sample::select(roles().collect::<Vec<_>>()),
        glass: bool,
        action in proptest::sample::select(Action::ALL.to_vec()),
        (kind, [a, b, c], owner, handed_to, team) in resource(),
    ) {
        let guard = shared();
        let (people, teams) = ([UserId::new(), UserId::new(), UserId::new()], [TeamId::new(), TeamId::new()]);
        let subject = Subject { user: people[0], role, team: teams[0], glass };
        let person = |at: u8| people[usize::from(at)];
        let resource = match kind {
            0 => Resource::desk(),
            1 => Resource::system(),
            2 => Resource::child(a),
            3 => Resource::council(a),
            4 => Resource::glass(person(owner.unwrap_or(0))),
            _ => Resource::incident(a, owner.map(person), teams[usize::from(team)], b)
                .of_another_authority(c)
                .handed_to(handed_to.map(person)),
        };
        let asked = guard.engine().decide_by_ids(&subject, action, &resource);
        let kept = guard.decide(&subject, action, &resource);
        prop_assert_eq!(&kept, &guard.decide(&subject, action, &resource));
        prop_assert_eq!(kept, asked);
    }
}

fn shared() -> &'static Guard {
    static GUARD: OnceLock<Guard> = OnceLock::new();
    GUARD.get_or_init(|| Guard::built_in().unwrap())
}
