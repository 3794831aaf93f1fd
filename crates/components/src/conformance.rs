//! Every component against the fixtures that govuk-frontend publishes with its own.
//!
//! A fixture is a set of options and the markup they give. The options become our structs, our markup is
//! compared with theirs after both went through a browser's tokeniser. The fixtures are read from the npm
//! package at test time and are not part of this repository.
//!
//! Nothing is skipped silently: a component without a renderer must stand in [`NOT_OFFERED`], and a fixture
//! we mean to differ from must stand in [`DEPARTURES`] and must really differ.

mod adapt;
mod normal;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::*;

/// Components of the package that this service has no use for, each with its reason.
const NOT_OFFERED: &[(&str, &str)] = &[
    ("cookie-banner", "the service sets one cookie, which signing in needs; there is nothing to consent to"),
    ("header", "its crown and wordmark are for gov.uk hosts only; pages use the generic header"),
    ("language-navigation", "the service is written in English only"),
];

/// Single fixtures we mean to differ from, each with its reason.
const DEPARTURES: &[(&str, &str, &str)] = &[
    ("accordion", "with falsy values", SKIPPED_NUMBERS),
    ("checkboxes", "with falsy values", SKIPPED_NUMBERS),
    ("radios", "with falsy items", SKIPPED_NUMBERS),
    ("task-list", "with empty values", SKIPPED_NUMBERS),
    ("exit-this-page", "testing-html", NO_REDIRECT),
    ("exit-this-page", "translated", NO_REDIRECT),
];
const SKIPPED_NUMBERS: &str = "an empty entry cannot be written in a typed list, so numbers have no gaps";
const NO_REDIRECT: &str = "where the way out leads has no default: each service must choose";

/// Parts of the expected markup that are taken out before comparing, with the reason.
const LEFT_OUT_OF_FOOTER: &[&str] = &[
    // The crown, the licence's logo and text, and the copyright line are for crown bodies.
    "govuk-footer__crown",
    "govuk-footer__licence-logo",
    "govuk-footer__licence-description",
    "govuk-footer__copyright-logo",
];

fn render<C: Component + DeserializeOwned>(options: Value) -> Result<String, String> {
    serde_json::from_value::<C>(options).map(|it| it.to_html().to_string()).map_err(|error| error.to_string())
}

fn render_by_name(name: &str, options: Value) -> Option<Result<String, String>> {
    let render: fn(Value) -> Result<String, String> = match name {
        "accordion" => render::<Accordion>,
        "back-link" => render::<BackLink>,
        "breadcrumbs" => render::<Breadcrumbs>,
        "button" => render::<Button>,
        "character-count" => render::<CharacterCount>,
        "checkboxes" => render::<Checkboxes>,
        "date-input" => render::<DateInput>,
        "details" => render::<Details>,
        "error-message" => render::<ErrorMessage>,
        "error-summary" => render::<ErrorSummary>,
        "exit-this-page" => render::<ExitThisPage>,
        "feedback" => render::<Feedback>,
        "fieldset" => render::<Fieldset>,
        "file-upload" => render::<FileUpload>,
        "footer" => render::<Footer>,
        "generic-header" => render::<GenericHeader>,
        "hint" => render::<Hint>,
        "input" => render::<Input>,
        "inset-text" => render::<InsetText>,
        "label" => render::<Label>,
        "notification-banner" => render::<NotificationBanner>,
        "pagination" => render::<Pagination>,
        "panel" => render::<Panel>,
        "password-input" => render::<PasswordInput>,
        "phase-banner" => render::<PhaseBanner>,
        "radios" => render::<Radios>,
        "select" => render::<Select>,
        "service-navigation" => render::<ServiceNavigation>,
        "skip-link" => render::<SkipLink>,
        "summary-list" => render::<SummaryList>,
        "table" => render::<Table>,
        "tabs" => render::<Tabs>,
        "tag" => render::<Tag>,
        "task-list" => render::<TaskList>,
        "textarea" => render::<Textarea>,
        "warning-text" => render::<WarningText>,
        _ => return None,
    };
    Some(render(adapt::options(name, options)))
}

/// The package's fixtures by component: name, options and markup of each.
fn fixtures() -> BTreeMap<String, Vec<(String, Value, String)>> {
    let folder = Path::new(env!("GOVUK_FRONTEND_DIR")).join("dist/govuk/components");
    let mut all = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let file = entry.unwrap().path().join("fixtures.json");
        if !file.exists() {
            continue;
        }
        let parsed: Value = serde_json::from_str(&fs::read_to_string(file).unwrap()).unwrap();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let list = parsed["fixtures"].as_array().unwrap().iter();
        let list = list.map(|it| (text(&it["name"]), it["options"].clone(), text(&it["html"]))).collect();
        all.insert(text(&parsed["component"]), list);
    }
    all
}

#[test]
fn components_give_the_markup_of_the_packages_fixtures() {
    let mut report = String::new();
    let mut failures = String::new();
    let (mut passed, mut total) = (0, 0);
    let all = fixtures();
    for (component, list) in &all {
        if let Some((_, reason)) = NOT_OFFERED.iter().find(|(name, _)| name == component) {
            let _ = writeln!(report, "{component:<22} not offered ({} fixtures): {reason}", list.len());
            assert!(render_by_name(component, Value::Object(Default::default())).is_none(), "{component}");
            continue;
        }
        let left_out = if component == "footer" { LEFT_OUT_OF_FOOTER } else { &[] };
        let mut same = 0;
        let mut departures = 0;
        for (name, options, expected) in list {
            let actual = render_by_name(component, options.clone())
                .unwrap_or_else(|| panic!("`{component}` has neither a renderer nor a row in NOT_OFFERED"));
            let expected = normal::form(expected, left_out);
            let actual = actual.map(|html| normal::form(&html, left_out));
            let departs = DEPARTURES.iter().any(|(c, n, _)| c == component && n == name);
            match (actual, departs) {
                (Ok(actual), false) if actual == expected => same += 1,
                (Ok(actual), true) if actual != expected => departures += 1,
                (Err(_), true) => departures += 1,
                (_, true) => {
                    let _ = writeln!(failures, "{component}: {name}: is listed as a departure but agrees");
                }
                (Ok(actual), false) => {
                    let _ =
                        writeln!(failures, "{component}: {name}\n{}", first_difference(&expected, &actual));
                }
                (Err(error), false) => {
                    let _ = writeln!(failures, "{component}: {name}: options not understood: {error}");
                }
            }
        }
        let _ = writeln!(report, "{component:<22} {same}/{} ({departures} departures)", list.len());
        passed += same;
        total += list.len();
    }
    println!("{report}{passed} of {total} fixtures agree");
    for (component, name, _) in DEPARTURES {
        assert!(all[*component].iter().any(|(it, ..)| it == name), "no fixture `{component}: {name}`");
    }
    assert!(all.len() >= 39, "the package has {} components", all.len());
    assert!(failures.is_empty(), "{failures}");
}

#[test]
fn what_is_not_offered_is_in_the_package() {
    let there: BTreeSet<String> = fixtures().into_keys().collect();
    for (name, _) in NOT_OFFERED {
        assert!(there.contains(*name), "{name}");
    }
}

fn first_difference(expected: &str, actual: &str) -> String {
    let (mut theirs, mut ours) = (expected.lines(), actual.lines());
    loop {
        match (theirs.next(), ours.next()) {
            (a, b) if a == b && a.is_some() => {}
            (a, b) => {
                return format!("  theirs: {}\n  ours:   {}", a.unwrap_or("(end)"), b.unwrap_or("(end)"));
            }
        }
    }
}
