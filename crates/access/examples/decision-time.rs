//! Measures decisions: the first of each case, by Cedar, and the kept ones. Run with `--release`.
use std::time::{Duration, Instant};

use cf_access::{Action, Guard, Resource, Subject};
use cf_kernel::{Role, TeamId, UserId};

fn main() -> Result<(), cf_access::GuardError> {
    let start = Instant::now();
    let mut guard = Guard::built_in()?;
    println!("read and validate the policies: {:?}", start.elapsed());
    let (you, another, team) = (UserId::new(), UserId::new(), TeamId::new());
    let mut requests = Vec::new();
    for role in Role::PEOPLE {
        let subject = Subject { user: you, role, team, glass: false };
        for action in Action::ALL {
            requests.push((subject, action, Resource::desk()));
            for restricted in [false, true] {
                requests.push((subject, action, Resource::child(restricted)));
                for owner in [None, Some(you), Some(another)] {
                    requests.push((subject, action, Resource::incident(restricted, owner, team, true)));
                }
            }
        }
    }
    let (mut first, mut kept) = (Vec::new(), Vec::new());
    for _ in 0..5 {
        guard = Guard::built_in()?;
        for (subject, action, resource) in &requests {
            let start = Instant::now();
            let decision = guard.decide(subject, *action, resource);
            // What the schema does not know is answered sooner, and would flatter the numbers.
            if decision.error.is_none() {
                first.push(start.elapsed());
            }
        }
    }
    for (subject, action, resource) in &requests {
        let start = Instant::now();
        let _ = std::hint::black_box(guard.decide(subject, *action, resource));
        kept.push(start.elapsed());
    }
    report("first, by Cedar", first);
    report("kept", kept);
    Ok(())
}

fn report(what: &str, mut times: Vec<Duration>) {
    times.sort_unstable();
    let at = |share: usize| times.get(times.len() * share / 100).copied().unwrap_or_default();
    println!("{what}: {} decisions, p50 {:?}, p99 {:?}", times.len(), at(50), at(99));
}
