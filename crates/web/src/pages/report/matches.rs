//! Children who may be the one, beside the report form: who, why, what must be known first, and what a person may say
//! of each. The engine suggests; choosing one, or saying that it is not the one, is a person's act.
use cf_app::FieldProblem;
use cf_app::matching::{Hidden, Likely, LikelyList, LikelyPartner, MayBeKnown};
use cf_components::{Badge, Details, ErrorMessage, Html, Urgency};
use cf_kernel::{ChildId, Timestamp};

use crate::markup::{div, h3, link, list, p, tag};
use crate::pages::restricted::restricted_match;
use crate::places::agency_name;

/// The two answers to whether a child is the one.
const CHOOSE: &str = "This is the child";
const APART_TITLE: &str = "Not the same child";

/// Why a child is not the one: code, words on the button, and as recorded.
pub(super) const APART: [(&str, &str); 4] = [
    ("said", "The caller says so"),
    ("age", "Another age or date of birth"),
    ("both", "The caller knows both children"),
    ("home", "Lives elsewhere or looks different"),
];

/// Where a child who may be the one stands on the page, and what the question about it is known by.
fn place(child: ChildId) -> String {
    format!("match-{child}")
}

/// The questions of [`App::unanswered`](cf_app::App::unanswered), each with its place on the page and the buttons that answer it.
pub(super) fn waiting(children: &[MayBeKnown]) -> Vec<FieldProblem> {
    let ask = |one: &MayBeKnown| {
        let words = format!("{} Choose “{CHOOSE}” or “{APART_TITLE}”.", one.question);
        FieldProblem::new(place(one.child), words)
    };
    children.iter().map(ask).collect()
}

/// What is known of the child, in one section.
pub(super) fn known_section(found: Html) -> Html {
    Html::trusted(format!(
        "<section class=\"cf-report__side\" id=\"known\" tabindex=\"-1\" aria-label=\"Is the child known?\">\n<h2 class=\"govuk-heading-m\">Is the child known?</h2>\n\
         <div id=\"matches\" aria-live=\"polite\">\n{found}</div>\n</section>\n"
    ))
}

/// How many children are shown there, for whoever has them further down the screen.
pub(super) fn count_html(found: &LikelyList) -> Html {
    match found.likely.len() + found.hidden.records.len() {
        0 => Html::default(),
        1 => link("#known", "1 child may be the one: see who"),
        more => link("#known", format!("{more} children may be the one: see who")),
    }
}

/// Each child who may be the one, and what else there is.
pub(super) fn likely_html(found: &LikelyList, now: Timestamp, problems: &[FieldProblem]) -> Html {
    let mut parts: Vec<Html> = found.likely.iter().map(|one| one_match(one, now, problems)).collect();
    parts.extend(found.hidden.records.iter().map(|child| hidden_match(*child, &found.hidden)));
    if parts.is_empty() {
        parts.push(p("No child known so far fits what is typed. Going on registers the child."));
    }
    parts.extend(found.partners.iter().map(partner_match));
    if found.set_aside > 0 {
        let words = match found.set_aside {
            1 => "One child you said this is not about is not shown again.".to_owned(),
            more => format!("{more} children you said this is not about are not shown again."),
        };
        parts.push(tag("p", "cf-quiet", words));
    }
    if !found.indexed {
        parts.push(tag(
            "p",
            "cf-quiet",
            "Spelling is matched loosely only once the index is loaded; try other spellings.",
        ));
    }
    Html::join(parts)
}

/// A probability as a person would say it. No figure: it would be read as more than it is.
pub(crate) fn in_words(probability: Option<f64>) -> &'static str {
    match probability {
        Some(p) if p >= 0.95 => "Very likely this child",
        Some(p) if p >= 0.7 => "Likely this child",
        Some(p) if p >= 0.2 => "Possibly this child",
        Some(_) => "A slight chance",
        None => "Part of a name or number fits",
    }
}

fn step(value: &str, words: &str, about: &str, class: &str) -> Html {
    Html::trusted(format!(
        "<button type=\"submit\" form=\"report\" name=\"step\" value=\"{}\" class=\"{class}\">{}<span class=\"govuk-visually-hidden\">: {}</span></button>\n",
        Html::from(value),
        Html::from(words),
        Html::from(about)
    ))
}

fn one_match(one: &Likely, now: Timestamp, problems: &[FieldProblem]) -> Html {
    let child = &one.child;
    let place = place(child.id());
    let asked = problems.iter().find(|problem| problem.field == place);
    let name = child.name.as_str();
    let born = match child.born() {
        Some(born) => {
            let age = born.age_on(now.day()).map(|age| format!(", {age}")).unwrap_or_default();
            format!("Born {}{age}", born.long())
        }
        None => "Date of birth not known".to_owned(),
    };
    let missing = match one.episodes {
        0 => "not missing before".to_owned(),
        1 => "missing once before".to_owned(),
        more => format!("missing {more} times before"),
    };
    let mut badges = Vec::new();
    if one.missing_now {
        badges.push(Badge::new("Missing now", Urgency::Now).into());
    }
    if child.trigger_plan {
        badges.push(Badge::new("Trigger plan", Urgency::Now).into());
    }
    match child.warnings {
        0 => {}
        1 => badges.push(Badge::new("Warning", Urgency::Now).into()),
        more => badges.push(Badge::new(format!("{more} warnings").as_str(), Urgency::Now).into()),
    }
    let (agrees, differs): (Vec<_>, Vec<_>) = one.why.iter().partition(|reason| reason.speaks_for);
    let words = |reasons: &[&cf_app::matching::Reason]| {
        Html::from(reasons.iter().map(|reason| reason.words.as_str()).collect::<Vec<_>>().join("; "))
    };
    let mut why = Vec::new();
    if !agrees.is_empty() {
        why.push(Html::join([tag("strong", "", "For: "), words(&agrees)]));
    }
    if !differs.is_empty() {
        why.push(Html::join([tag("strong", "", "Against: "), words(&differs)]));
    }
    let apart = APART.iter().map(|(code, words)| {
        step(
            &format!("apart:{}:{code}", child.id()),
            words,
            &format!("not {name}"),
            "govuk-button govuk-button--secondary cf-match__apart",
        )
    });
    let must = match asked {
        Some(problem) => ErrorMessage::from(problem.message.as_str()).into(),
        None if one.to_answer => {
            tag("p", "cf-quiet", "Say whether it is this child before you take the report.")
        }
        None => Html::default(),
    };
    let card = Html::join([
        h3(name),
        must,
        if badges.is_empty() { Html::default() } else { p(Html::join(badges)) },
        tag("p", "cf-match__chance", in_words(one.probability)),
        p(format!("{born}; {missing}.")),
        list(why),
        step(&format!("choose:{}", child.id()), CHOOSE, name, "govuk-button govuk-button--secondary"),
        Details::new(
            Html::join([Html::from(APART_TITLE), tag("span", "govuk-visually-hidden", format!(": {name}"))]),
            Html::join([
                p("Why? It is recorded with your name, and this child is not shown again for this report."),
                Html::join(apart),
            ]),
        )
        .open(asked.is_some())
        .into(),
    ]);
    let wrong = if asked.is_some() { " govuk-form-group--error" } else { "" };
    Html::trusted(format!("<div class=\"cf-match{wrong}\" id=\"{place}\" tabindex=\"-1\">\n{card}</div>\n"))
}

/// What another agency holds may be this child's: whom to ring, and for those who may read it, the record itself. Opened
/// beside the report, so that nothing typed is lost.
fn partner_match(one: &LikelyPartner) -> Html {
    let row = &one.partner;
    let agency = agency_name(&row.agency_kind, &row.agency, &row.agency_name);
    let chance = match one.probability {
        p if p >= 0.95 => "Very likely knows this child",
        p if p >= 0.7 => "Likely knows this child",
        p if p >= 0.2 => "May know this child",
        _ => "A slight chance that it knows this child",
    };
    let mut parts = vec![h3(agency.as_str()), tag("p", "cf-match__chance", chance)];
    if one.open {
        let why = one.why.iter().filter(|reason| reason.speaks_for).map(|reason| reason.words.as_str());
        let why: Vec<&str> = why.collect();
        if !why.is_empty() {
            parts.push(list([Html::join([tag("strong", "", "For: "), Html::from(why.join("; "))])]));
        }
        let words = format!("What {agency} holds of {}", row.name());
        parts.push(p(link(&format!("/partners/{}", row.id()), words)));
    } else {
        parts.push(p("It holds a record that fits what is typed, and is not linked to a child known here. Its record is not open to your role: ring the agency, or ask a supervisor."));
    }
    div("cf-match", Html::join(parts))
}

/// A record this person may not open. The button belongs to the report's form, so that nothing typed is lost.
fn hidden_match(child: ChildId, closed: &Hidden) -> Html {
    let button = step(
        &format!("ask:{child}"),
        "I am asking about it",
        "the record I may not see",
        "govuk-button govuk-button--secondary",
    );
    restricted_match(
        "h3",
        child,
        closed,
        "What is typed fits a restricted record. It may be this child.",
        button,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_that_may_not_be_seen_gives_nothing_but_that_it_is_there() {
        let child = ChildId::from_uuid(uuid::Uuid::from_u128(5));
        let found = LikelyList {
            hidden: Hidden {
                records: vec![child],
                ask: vec!["Noor <b>Inspector".to_owned()],
                ..Hidden::default()
            },
            indexed: true,
            ..LikelyList::default()
        };
        let html = likely_html(&found, Timestamp::from_micros(0), &[]).to_string();
        assert!(
            html.contains("There is a record you may not see") && html.contains("Noor &lt;b&gt;Inspector")
        );
        assert!(!html.contains("No child known") && !html.contains("choose:"));
    }

    #[test]
    fn a_probability_is_said_in_words() {
        let words = [Some(0.99), Some(0.8), Some(0.3), Some(0.03), None].map(in_words);
        assert_eq!(words.iter().collect::<std::collections::BTreeSet<_>>().len(), 5);
    }
}
