//! Every stored form of every event, one file each in `fixtures/events/v<form>/<kind>/<type>.json`.
//!
//! A record is kept for decades, so a form once released is read for ever. The files are never rewritten: with
//! `CHILDFIRST_WRITE_FORMS=1` this writes those that are missing, otherwise it reads them all.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a file that cannot be read has failed")]
mod examples;

use std::collections::BTreeSet;
use std::fmt::Debug;
use std::path::{Path, PathBuf};

use cf_casework::child::Children;
use cf_casework::council::Council;
use cf_casework::flow::Flows;
use cf_casework::link::Links;
use cf_casework::missing::Missing;
use cf_casework::partner::Partners;
use cf_casework::wording::Wording;
use cf_kernel::Decider;
use cf_store::{Stored, decode, encode};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// A stored event, as a file shows it.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Form {
    #[serde(rename = "type")]
    event_type: String,
    form: i32,
    clear: Map<String, Value>,
    private: Vec<Value>,
}

impl Form {
    fn of<D: Stored>(event: &D::Event) -> Self {
        let encoded = encode::<D>(event).unwrap();
        let private = match encoded.private.as_slice() {
            [] => Vec::new(),
            bytes => serde_json::from_slice(bytes).unwrap(),
        };
        Self {
            event_type: encoded.event_type.to_owned(),
            form: encoded.form,
            clear: serde_json::from_slice(&encoded.clear).unwrap(),
            private,
        }
    }

    fn read(file: &Path) -> Self {
        let text =
            std::fs::read_to_string(file).unwrap_or_else(|fault| panic!("{}: {fault}", file.display()));
        serde_json::from_str(&text).unwrap_or_else(|fault| panic!("{}: {fault}", file.display()))
    }

    fn event<D: Stored>(&self, file: &Path) -> D::Event {
        let clear = serde_json::to_vec(&self.clear).unwrap();
        let private = serde_json::to_vec(&self.private).unwrap();
        let event = decode::<D>(&self.event_type, self.form, &clear, Some(&private))
            .unwrap_or_else(|fault| panic!("{} is no longer read: {fault}", file.display()));
        // Once its case file is shredded an event is read without its private part.
        decode::<D>(&self.event_type, self.form, &clear, None)
            .unwrap_or_else(|fault| panic!("{} is not read once shredded: {fault}", file.display()));
        event
    }
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/events")
}

fn file<D: Decider>(event_type: &str, form: i32) -> PathBuf {
    folder().join(format!("v{form}/{}/{event_type}.json", D::KIND))
}

/// Every form there has been of every type of this kind.
fn every_form<D: Stored>() -> impl Iterator<Item = (&'static str, i32)> {
    D::FORMS.iter().flat_map(|&(event_type, newest)| (1..=newest).map(move |form| (event_type, form)))
}

fn write_missing<D: Stored>(examples: &[D::Event]) {
    if std::env::var_os("CHILDFIRST_WRITE_FORMS").is_none() {
        return;
    }
    for example in examples {
        let form = Form::of::<D>(example);
        let file = file::<D>(&form.event_type, form.form);
        if !file.exists() {
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(&file, serde_json::to_string_pretty(&form).unwrap() + "\n").unwrap();
        }
    }
}

fn check<D: Stored<Event: PartialEq + Debug>>(examples: &[D::Event]) {
    write_missing::<D>(examples);
    let shown: BTreeSet<String> = examples.iter().map(|example| Form::of::<D>(example).event_type).collect();
    let known: BTreeSet<String> = D::FORMS.iter().map(|(event_type, _)| (*event_type).to_owned()).collect();
    assert_eq!(shown, known, "`{}`: each type has one example, and nothing else does", D::KIND);
    assert_eq!(variants::<D>(), known, "`{}`: each event is in FORMS, and nothing else is", D::KIND);

    for (event_type, form) in every_form::<D>() {
        let file = file::<D>(event_type, form);
        let read = Form::read(&file);
        assert_eq!((read.event_type.as_str(), read.form), (event_type, form), "{}", file.display());
        read.event::<D>(&file);
    }
    for example in examples {
        let now = Form::of::<D>(example);
        let file = file::<D>(&now.event_type, now.form);
        let stored = Form::read(&file);
        assert_eq!(
            now,
            stored,
            "`{}` is stored in another shape than {} shows. What was released stays: give it the next form in FORMS, \
             an upcast from form {}, and write the new file with CHILDFIRST_WRITE_FORMS=1",
            now.event_type,
            file.display(),
            now.form
        );
        assert!(stored.event::<D>(&file) == *example, "`{}` is not read as it was written", now.event_type);
    }
}

/// The names of all events of a kind, as serde lists them when it is given another.
fn variants<D: Stored>() -> BTreeSet<String> {
    let refused = serde_json::from_str::<D::Event>(r#""no such event""#).err().unwrap().to_string();
    let (_, expected) = refused.split_once("expected").unwrap();
    expected.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

#[test]
fn every_form_of_an_incident_is_read() {
    check::<Missing>(&examples::missing());
}

#[test]
fn every_form_of_a_child_is_read() {
    check::<Children>(&examples::child());
}

#[test]
fn every_form_of_a_council_record_is_read() {
    check::<Council>(&examples::council());
}

#[test]
fn every_form_of_a_partners_record_is_read() {
    check::<Partners>(&examples::partner());
}

#[test]
fn every_form_of_a_kept_finding_or_challenge_is_read() {
    check::<Wording>(&examples::wording());
}

#[test]
fn every_form_of_a_link_is_read() {
    check::<Links>(&examples::link());
}

#[test]
fn every_form_of_an_alarm_about_a_flow_is_read() {
    check::<Flows>(&examples::flow());
}

#[test]
fn no_file_is_left_of_a_form_that_nobody_knows() {
    fn expected<D: Stored>() -> impl Iterator<Item = PathBuf> {
        every_form::<D>().map(|(event_type, form)| file::<D>(event_type, form))
    }
    let known: BTreeSet<PathBuf> = expected::<Missing>()
        .chain(expected::<Children>())
        .chain(expected::<Council>())
        .chain(expected::<Partners>())
        .chain(expected::<Wording>())
        .chain(expected::<Links>())
        .chain(expected::<Flows>())
        .collect();
    let within = |path: PathBuf| std::fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path());
    let found: BTreeSet<PathBuf> = within(folder()).flat_map(within).flat_map(within).collect();
    let unknown: Vec<_> = found.difference(&known).collect();
    assert!(unknown.is_empty(), "released forms that FORMS has forgotten: {unknown:?}");
}
