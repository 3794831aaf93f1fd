use super::*;

/// Every case of what the schema lets an action be asked of: role, glass, action, standing.
pub(crate) fn cases(guard: &Guard) -> impl Iterator<Item = (Role, bool, Action, Standing)> {
    let mut what = Vec::new();
    for action in Action::ALL {
        what.extend(
            Standing::all()
                .into_iter()
                .filter(|standing| guard.knows(action, *standing))
                .map(|standing| (action, standing)),
        );
    }
    let who: Vec<_> = roles().flat_map(|role| [(role, false), (role, true)]).collect();
    what.into_iter().flat_map(move |(action, standing)| {
        who.clone().into_iter().map(move |(role, glass)| (role, glass, action, standing))
    })
}

#[test]
fn the_document_is_what_the_policies_say() {
    let kept = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/access-matrix.md"));
    let made = Guard::built_in().unwrap().matrix();
    assert!(
        kept.unwrap_or_default() == made,
        "docs/access-matrix.md is out of date; read the difference, then make it again with \
         `cargo run -p cf-access --example access-matrix > docs/access-matrix.md`"
    );
}

/// Every state that is decided differently for anybody, with the policies that settle it.
#[test]
fn every_decision_and_what_settles_it() {
    let guard = Guard::built_in().unwrap();
    let mut text = String::new();
    for line in lines(&guard, Detail::Policies) {
        let _ = writeln!(text, "{} | {}", line.action.code(), line.what);
        for (role, plain, glass) in line.roles {
            let told = match answer(plain, glass) {
                Answer::Yes => "yes",
                Answer::WithGlass => "glass",
                Answer::No => "no",
            };
            let settled = if told == "glass" {
                format!("{} > {}", plain.policies.join(" "), glass.policies.join(" "))
            } else {
                plain.policies.join(" ")
            };
            if told != "no" || !settled.is_empty() {
                let _ = writeln!(text, "    {:<14} {told:<5} {settled}", role.code());
            }
        }
    }
    insta::assert_snapshot!("matrix", text);
}
