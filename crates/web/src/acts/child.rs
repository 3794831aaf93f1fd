//! Everything recorded about a child, as questions.
use cf_access::Action;
use cf_casework::Owner;
use cf_casework::child::{
    Act, CarePlan, Child, Contact, ContactKind, Identity, Philomena, TriggerPlan, Warning, WarningKind,
};
use cf_kernel::{CalendarDay, Private, Timestamp};

use super::code_list::CodeList;
use super::field::Kind;
use super::{ActSpec, Answers, Around, Field, Reader};

pub(crate) type Spec = ActSpec<Child, Act>;
type Here<'a> = Around<'a, Child>;
type Read<T> = Result<T, Vec<cf_app::FieldProblem>>;

/// Every act a person can do to a child's record.
pub(crate) static SPECS: &[Spec] = &[
    Spec {
        slug: "trigger-plan",
        title: "Set the trigger plan",
        intro: "What is done at once when this child goes missing. It stands on the first screen of a new report.",
        button: "Save the trigger plan",
        action: Action::RecordOnChild,
        open: |_| true,
        fields: |here| {
            vec![
                Field::new("actions", "Actions, one on each line, most urgent first", Kind::Words(6))
                    .hint("Who to ring, where to go, which adults to warn."),
                Field::new("owner", "Who keeps it current?", Kind::Pick(here.people())),
                Field::new("review", "By when is it looked at again?", Kind::Day),
            ]
        },
        read: trigger_plan,
    },
    Spec {
        slug: "end-trigger-plan",
        title: "Withdraw the trigger plan",
        intro: "",
        button: "Withdraw it",
        action: Action::RecordOnChild,
        open: |child| child.trigger_plan.is_some(),
        fields: |_| vec![Field::words("reason", "Why it is withdrawn")],
        read: |_, answers| reason(answers, Act::EndTriggerPlan),
    },
    Spec {
        slug: "philomena",
        title: "Record Philomena information",
        intro: "What carers know before the child goes missing, kept current and handed over with a report.",
        button: "Save the information",
        action: Action::RecordOnChild,
        open: |_| true,
        fields: |here| {
            vec![
                Field::new("about", "About the child", Kind::Words(6))
                    .hint("Description, health and medication, how to talk with the child, what calms, what to avoid."),
                Field::words("places", "Places and people the child may go to, with the risk of each").optional(),
                Field::words("trusted_adult", "Strengths, and an adult the child trusts").optional(),
                Field::new("owner", "Who keeps it current?", Kind::Pick(here.people())),
                Field::new("review", "By when is it looked at again?", Kind::Day),
            ]
        },
        read: philomena,
    },
    Spec {
        slug: "warning",
        title: "Add a warning",
        intro: "What whoever meets the child must know first.",
        button: "Add the warning",
        action: Action::RecordOnChild,
        open: |_| true,
        fields: |_| {
            vec![
                Field::one(
                    "kind",
                    "What is it about?",
                    WarningKind::ALL.map(|kind| (kind.code(), kind.label())),
                ),
                Field::words("words", "In words"),
            ]
        },
        read: |_, answers| {
            let mut read = Reader::new(answers);
            let kind = read.code("kind", WarningKind::from_code, "Choose what it is about.");
            let words = read.words("words", "Say what it is.");
            read.finish(kind.map(|kind| Act::AddWarning(Warning { kind, words: words.into() })))
        },
    },
    Spec {
        slug: "contact",
        title: "Add a phone, address, vehicle, person or place",
        intro: "A phone, address, vehicle or suspect that another child's record holds as well is shown on both.",
        button: "Add it",
        action: Action::RecordOnChild,
        open: |_| true,
        fields: |_| {
            vec![
                Field::one("kind", "What is it?", ContactKind::ALL.map(|kind| (kind.code(), kind.label()))),
                Field::new("value", "Number, address, registration or name", Kind::Line(0))
                    .hint("Only that; what it looks like and why it matters go below."),
                Field::new("note", "Whose, and why it matters", Kind::Line(0)).optional(),
            ]
        },
        read: |_, answers| {
            let mut read = Reader::new(answers);
            let kind = read.code("kind", ContactKind::from_code, "Choose what it is.");
            let value = read.words("value", "Give the number, address, registration or name.");
            let note = read.text("note");
            read.finish(kind.map(|kind| Act::AddContact(Private::Known(Contact { kind, value, note }))))
        },
    },
    Spec {
        slug: "identity",
        title: "Correct the identity",
        intro: "What stood before stays in the record.",
        button: "Save the identity",
        action: Action::RecordOnChild,
        open: |_| true,
        fields: |_| identity_fields(),
        read: |_, answers| {
            let mut read = Reader::new(answers);
            let identity = read_identity(&mut read);
            read.finish(Some(Act::AmendIdentity(Private::Known(identity))))
        },
    },
    Spec {
        slug: "care",
        title: "Record the care arrangement",
        intro: "",
        button: "Save the care arrangement",
        action: Action::RecordOnChild,
        open: |_| true,
        fields: |_| care_fields(),
        read: |_, answers| {
            let mut read = Reader::new(answers);
            let care = read_care(&mut read, answers);
            read.finish(Some(Act::SetCare(care)))
        },
    },
    Spec {
        slug: "restrict",
        title: "Restrict the record",
        intro: "Only supervisors, inspectors and auditors open it then; others must break the glass, with a reason.",
        button: "Restrict it",
        action: Action::RestrictChild,
        open: |child| child.restricted.is_none(),
        fields: |_| vec![Field::words("reason", "Why it is restricted")],
        read: |_, answers| reason(answers, Act::Restrict),
    },
    Spec {
        slug: "lift-restriction",
        title: "Lift the restriction",
        intro: "",
        button: "Lift it",
        action: Action::RestrictChild,
        open: |child| child.restricted.is_some(),
        fields: |_| vec![Field::words("reason", "Why it is lifted")],
        read: |_, answers| reason(answers, Act::LiftRestriction),
    },
];

/// A record of which nothing is known, for describing the questions.
pub(crate) fn example() -> Child {
    let at = Timestamp::from_micros(0);
    Child {
        identity: Private::Gone,
        care: CarePlan::default(),
        source: None,
        contacts: Vec::new(),
        philomena: None,
        trigger_plan: None,
        warnings: Vec::new(),
        learned: Vec::new(),
        restricted: None,
        clocks: cf_casework::clocks::Clocks::new(),
        registered: (at, cf_kernel::Actor::system()),
    }
}

/// Every act, for the table of routes.
pub(crate) fn lines() -> Vec<crate::routes::ActLine> {
    SPECS.iter().map(Spec::line).collect()
}

/// The act with this slug.
pub(crate) fn find(slug: &str) -> Option<&'static Spec> {
    SPECS.iter().find(|spec| spec.slug == slug)
}

/// The answers that show a form as the record stands.
pub(crate) fn as_recorded(slug: &str, child: &Child) -> Answers {
    let mut answers = Answers::default();
    match (slug, &child.trigger_plan, &child.philomena, child.identity.get()) {
        ("trigger-plan", Some(plan), ..) => {
            answers.set("actions", plan.what.actions.get().map(|lines| lines.join("\n")).unwrap_or_default());
            owner_and_review(&mut answers, &plan.what.owner, plan.what.review_at);
        }
        ("philomena", _, Some(form), _) => {
            answers.set("about", form.what.about.or_gone());
            answers.set("places", form.what.places.or_gone());
            answers.set("trusted_adult", form.what.trusted_adult.or_gone());
            owner_and_review(&mut answers, &form.what.owner, form.what.review_at);
        }
        ("identity", .., Some(identity)) => show_identity(&mut answers, identity),
        ("care", ..) => {
            answers.set(
                "looked_after",
                child.care.looked_after.map_or("", |yes| if yes { "yes" } else { "no" }),
            );
            answers
                .set("responsible_authority", child.care.responsible_authority.clone().unwrap_or_default());
            answers.set("borough", child.care.borough.clone().unwrap_or_default());
        }
        _ => {}
    }
    answers
}

fn owner_and_review(answers: &mut Answers, owner: &Owner, review_at: Timestamp) {
    answers.set("owner", owner.user().map(|user| user.to_string()).unwrap_or_default());
    answers.set("review", review_at.day().to_string());
}

fn show_identity(answers: &mut Answers, identity: &Identity) {
    let born = identity.born_on.map(|day| day.to_string()).unwrap_or_default();
    let (aliases, phones) = (identity.also_known_as.join("; "), identity.phones.join("; "));
    for (name, value) in [
        ("given_name", &identity.given_name),
        ("family_name", &identity.family_name),
        ("also_known_as", &aliases),
        ("born_on", &born),
        ("sex", &identity.sex),
        ("ethnicity", &identity.ethnicity),
        ("address", &identity.address),
        ("postcode", &identity.postcode),
        ("phones", &phones),
        ("communication", &identity.communication),
        ("school", &identity.school),
    ] {
        answers.set(name, value.as_str());
    }
}

const SEXES: [(&str, &str); 4] =
    [("female", "Female"), ("male", "Male"), ("other", "Other"), ("unknown", "Not known")];

/// Who the child is. The report form asks the same.
pub(crate) fn identity_fields() -> Vec<Field> {
    let line = |name, label: &str, width| Field::new(name, label, Kind::Line(width)).optional();
    vec![
        line("given_name", "Given names", 20),
        line("family_name", "Family name", 20),
        line("also_known_as", "Also known as", 0).hint("Separate several with a semicolon."),
        Field::new("born_on", "Date of birth", Kind::Day).optional().hint("Leave empty if it is not known."),
        Field::one("sex", "Sex", SEXES).optional(),
        Field::new("ethnicity", "Ethnicity, as the child or family says", Kind::Listed(CodeList::Ethnicity))
            .optional()
            .hint("Leave it if not asked yet."),
        line("address", "Home address", 0),
        line("postcode", "Postcode", 10),
        line("phones", "Phone numbers", 20).hint("Separate several with a semicolon."),
        line("communication", "Language, interpreter, communication needs", 0),
        line("school", "School or college", 0),
    ]
}

/// The identity in the answers.
pub(crate) fn read_identity(read: &mut Reader<'_>) -> Identity {
    let several = |text: String| {
        text.split([';', '\n']).map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect()
    };
    Identity {
        given_name: read.text("given_name").trim().to_owned(),
        family_name: read.text("family_name").trim().to_owned(),
        also_known_as: several(read.text("also_known_as")),
        born_on: read.maybe_day("born_on"),
        sex: read.text("sex"),
        ethnicity: read.text("ethnicity").trim().to_owned(),
        address: read.text("address").trim().to_owned(),
        postcode: read.text("postcode").trim().to_uppercase(),
        phones: several(read.text("phones")),
        communication: read.text("communication").trim().to_owned(),
        school: read.text("school").trim().to_owned(),
    }
}

/// The care arrangement.
pub(crate) fn care_fields() -> Vec<Field> {
    vec![
        Field::one(
            "looked_after",
            "Is the child looked after by a council?",
            [("yes", "Yes"), ("no", "No"), ("", "Not known")],
        )
        .optional(),
        Field::new("responsible_authority", "Council that plans the care", Kind::Listed(CodeList::Council))
            .optional(),
        Field::new("borough", "Borough the child lives in", Kind::Pick(crate::places::boroughs())).optional(),
    ]
}

/// The care arrangement in the answers.
pub(crate) fn read_care(read: &mut Reader<'_>, answers: &Answers) -> CarePlan {
    let some = |text: String| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    CarePlan {
        looked_after: match answers.get("looked_after") {
            "yes" => Some(true),
            "no" => Some(false),
            _ => None,
        },
        responsible_authority: some(read.text("responsible_authority")),
        borough: some(read.text("borough")),
    }
}

fn reason(answers: &Answers, act: fn(Private<String>) -> Act) -> Read<Act> {
    let mut read = Reader::new(answers);
    let words = read.words("reason", "Write it in your own words.");
    read.finish(Some(act(words.into())))
}

/// The end of a working day in London: a plan due on a day is due by five in the afternoon.
fn by_five(day: CalendarDay) -> Timestamp {
    day.start().plus_hours(17)
}

fn trigger_plan(here: &Here<'_>, answers: &Answers) -> Read<Act> {
    let mut read = Reader::new(answers);
    let actions = read.words("actions", "Write at least one action.");
    let owner = read.code("owner", |id| here.owner(id), "Choose who keeps it current.");
    let review = read.day("review");
    let lines: Vec<String> =
        actions.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect();
    read.finish(owner.zip(review).map(|(owner, day)| {
        Act::SetTriggerPlan(TriggerPlan { actions: Private::Known(lines), owner, review_at: by_five(day) })
    }))
}

fn philomena(here: &Here<'_>, answers: &Answers) -> Read<Act> {
    let mut read = Reader::new(answers);
    let about = read.words("about", "Write what carers know about the child.");
    let (places, trusted_adult) = (read.text("places"), read.text("trusted_adult"));
    let owner = read.code("owner", |id| here.owner(id), "Choose who keeps it current.");
    let review = read.day("review");
    read.finish(owner.zip(review).map(|(owner, day)| {
        Act::SetPhilomena(Philomena {
            about: about.into(),
            places: places.into(),
            trusted_adult: trusted_adult.into(),
            owner,
            review_at: by_five(day),
        })
    }))
}
