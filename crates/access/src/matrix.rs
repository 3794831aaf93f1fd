//! Role by action by state, made by asking about every case there is.
//!
//! What makes no difference to an action (whose team, say) is left out of its lines, because asking showed that it
//! makes none; a policy that begins to look at it makes the lines appear. Lines of one answer may overlap.
mod cover;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use cf_kernel::Role;

use crate::guard::Guard;
use crate::standing::Standing;
use crate::{Action, Decision};

/// Whether a role may, without and with the glass broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Answer {
    Yes,
    WithGlass,
    No,
}

/// The decisions of the roles in order, without and with glass.
type Decided<'a> = Vec<(Role, &'a Decision, &'a Decision)>;

/// One line: an action, what it is done to, and what each role is told.
pub(crate) struct Line<'a> {
    pub(crate) action: Action,
    pub(crate) what: String,
    pub(crate) roles: Decided<'a>,
}

fn answers<'a>(decided: &'a Decided<'_>) -> impl Iterator<Item = Answer> + 'a {
    decided.iter().map(|(_, plain, glass)| answer(plain, glass))
}

pub(crate) fn answer(plain: &Decision, glass: &Decision) -> Answer {
    match (plain.permitted, glass.permitted) {
        (true, _) => Answer::Yes,
        (false, true) => Answer::WithGlass,
        (false, false) => Answer::No,
    }
}

pub(crate) fn roles() -> impl Iterator<Item = Role> {
    Role::PEOPLE.into_iter().chain([Role::System])
}

/// What decides whether a state is worth a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Detail {
    /// Who may, and who may not.
    Answers,
    /// Also which policies settled it.
    #[cfg(test)]
    Policies,
}

/// Every line about what the schema lets an action be asked of.
pub(crate) fn lines(guard: &Guard, detail: Detail) -> Vec<Line<'_>> {
    let mut kinds: BTreeMap<&str, Vec<Standing>> = BTreeMap::new();
    for standing in Standing::all() {
        kinds.entry(standing.words().0).or_default().push(standing);
    }
    let mut lines = Vec::new();
    for action in Action::ALL {
        for (kind, standings) in &kinds {
            lines.extend(lines_of(guard, detail, action, kind, standings));
        }
    }
    lines
}

fn lines_of<'a>(
    guard: &'a Guard,
    detail: Detail,
    action: Action,
    kind: &str,
    standings: &[Standing],
) -> Vec<Line<'a>> {
    if !standings.iter().any(|standing| guard.knows(action, *standing)) {
        return Vec::new();
    }
    let decided = |standing| -> Vec<_> {
        let both = |role| {
            let ask = |glass| guard.decide_case(role, glass, action, standing);
            (role, ask(false), ask(true))
        };
        roles().map(both).collect()
    };
    let cases: Vec<(Vec<&'static str>, _)> =
        standings.iter().map(|standing| (standing.words().1, decided(*standing))).collect();
    let same = |a: &Decided<'_>, b: &Decided<'_>| match detail {
        Detail::Answers => answers(a).eq(answers(b)),
        #[cfg(test)]
        Detail::Policies => a == b,
    };
    let mut groups: Vec<(Decided<'a>, Vec<Vec<&'static str>>)> = Vec::new();
    for (words, roles) in cases {
        match groups.iter_mut().find(|(first, _)| same(first, &roles)) {
            Some((_, group)) => group.push(words),
            None => groups.push((roles, vec![words])),
        }
    }
    let all: Vec<Vec<&str>> = groups.iter().flat_map(|(_, group)| group.iter().cloned()).collect();
    let mut lines = Vec::new();
    for (roles, group) in groups {
        for words in cover::cover(&all, &group) {
            let what =
                if words.is_empty() { kind.to_owned() } else { format!("{kind}: {}", words.join(", ")) };
            lines.push(Line { action, what, roles: roles.clone() });
        }
    }
    lines
}

const OPENING: &str = "\
# Who may do what

Made from the policies in `policies/` by asking about every case; do not edit. To make it again:
`cargo run -p cf-access --example access-matrix > docs/access-matrix.md`

**yes**: may. **glass**: only after breaking the glass with a reason, which lasts a while and is reviewed.
Empty: may not. What is not listed may not be done by anybody. A state is named only where it makes a difference.
";

impl Guard {
    /// The whole matrix as a Markdown document, for the policy owner.
    #[must_use]
    pub fn matrix(&self) -> String {
        let mut text = OPENING.to_owned();
        text.push_str(
            "\n| To do | With | Operator | Supervisor | Inspector | Investigator | Council worker |",
        );
        text.push_str(" Auditor | Administrator | The service |\n");
        text.push_str("|---|---|---|---|---|---|---|---|---|---|\n");
        let mut rows: Vec<(Action, Vec<Answer>, Vec<String>)> = Vec::new();
        for line in lines(self, Detail::Answers) {
            let told: Vec<_> = answers(&line.roles).collect();
            if told.iter().all(|answer| *answer == Answer::No) {
                continue;
            }
            match rows.iter_mut().find(|(action, same, _)| *action == line.action && *same == told) {
                Some((_, _, whats)) => whats.push(line.what),
                None => rows.push((line.action, told, vec![line.what])),
            }
        }
        for (action, told, whats) in rows {
            let words: Vec<_> = told.into_iter().map(word).collect();
            let _ = writeln!(text, "| {} | {} | {} |", action.label(), whats.join("; "), words.join(" | "));
        }
        text.push_str("\n## Policies\n\n| Policy | Effect |\n|---|---|\n");
        for (id, permits) in self.policies() {
            let _ = writeln!(text, "| `{id}` | {} |", if permits { "permits" } else { "forbids" });
        }
        text
    }
}

const fn word(answer: Answer) -> &'static str {
    match answer {
        Answer::Yes => "yes",
        Answer::WithGlass => "glass",
        Answer::No => "",
    }
}

#[cfg(test)]
pub(crate) mod tests;
