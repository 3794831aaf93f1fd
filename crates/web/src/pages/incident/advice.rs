//! What the rules recommend, why, what is not known, and what would change it.
use cf_app::grading::Advice;
use cf_casework::missing::state::Incident;
use cf_components::{Details, Html, InsetText};
use cf_grading::{Flip, RuleSet};

use crate::markup::{h2, h3, list, p, tag};
use crate::pages::board::grade_badge;
use crate::pages::grade::source;

/// The recommendation beside the standing grade, and everything needed to question it.
pub(crate) fn advice(rules: &RuleSet, advice: &Advice, incident: &Incident) -> Html {
    let told = &advice.evaluation;
    let mut parts = vec![
        h2("Risk"),
        p(Html::join([Html::from("The rules recommend "), grade_badge(Some(told.recommended))])),
    ];
    match incident.gradings.last() {
        None => parts.push(InsetText::from(not_graded(incident).as_str()).into()),
        Some(grading) => {
            let words = format!(
                "{} graded {} at {}.",
                grading.by.name,
                grading.what.grade.label().to_lowercase(),
                grading.at
            );
            parts.push(p(words));
            if told.recommended > grading.what.grade && told.recommended > grading.what.recommended {
                parts.push(
                    InsetText::from("The facts now recommend more than the grade that stands. Grade again.")
                        .into(),
                );
            }
        }
    }
    let fired = told.fired.iter().filter(|fired| fired.effect.grade().is_some());
    let reasons: Vec<Html> = fired.map(|fired| Html::from(&fired.reason)).collect();
    parts.push(h3("Why"));
    parts.push(if reasons.is_empty() {
        p("No rule raises the risk above the floor for a child.")
    } else {
        list(reasons)
    });
    if !told.ask.is_empty() {
        parts.push(h3("Ask next"));
        parts.push(list(told.ask.iter().take(5).map(|ask| Html::from(&ask.question))));
    }
    let unknown = told.unknown_that_matter.iter().map(|unknown| {
        Html::from(format!(
            "{} (could become {})",
            unknown.question,
            unknown.could_become.label().to_lowercase()
        ))
    });
    let unknown: Vec<Html> = unknown.collect();
    if !unknown.is_empty() {
        parts.push(
            Details::new(
                format!("Not known, and it matters: {}", told.unknown_that_matter.len()),
                list(unknown),
            )
            .into(),
        );
    }
    parts.push(flips(rules, &told.nearest_flips.up, &told.nearest_flips.down));
    let id = &told.rule_set;
    parts.push(tag("p", "cf-quiet", format!("Rules: {}, version {}.", id.name, id.version)));
    Html::join(parts)
}

/// A grade that came with an import is what it is: the source's, and no person's here.
fn not_graded(incident: &Incident) -> String {
    match incident.grade_source().zip(incident.imported_grade) {
        None => "Nobody has graded this yet. The grade is a named person's.".to_owned(),
        Some((import, grade)) => format!(
            "The grade that stands is {}, from {}. Nobody here has graded yet.",
            grade.label().to_lowercase(),
            source(&import.source_system, import.graded_at)
        ),
    }
}

fn flips(rules: &RuleSet, up: &[Flip], down: &[Flip]) -> Html {
    let lines = up.iter().chain(down).take(8).map(|flip| Html::from(rules.flip(flip)));
    let lines: Vec<Html> = lines.collect();
    if lines.is_empty() {
        return Html::default();
    }
    Details::new("The smallest changes that would change the recommendation", list(lines)).into()
}
