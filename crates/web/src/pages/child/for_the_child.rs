//! A page to read with the child, or to print and hand over. Plain words; nothing about grades or other people.
use axum::extract::{Path, State};
use axum::response::Response;
use cf_app::views::ChildView;
use cf_casework::missing::HowReturned;
use cf_components::Html;
use cf_kernel::Timestamp;

use super::view;
use crate::markup::{h1, h2, list, p};
use crate::pages::problem_page::PageProblem;
use crate::session::SignedIn;
use crate::shell::Shell;
use crate::state::Web;

pub(super) async fn page(
    State(web): State<Web>,
    who: SignedIn,
    Path(id): Path<String>,
) -> Result<Response, PageProblem> {
    let view = view(&web, &who, &id, None).await?;
    let back = format!("/children/{}", view.id);
    let shell = Shell::new(&web, &who, "/children", "Page for the child").back(&back, "The child's record");
    Ok(shell.show(body(&view)))
}

fn body(view: &ChildView) -> Html {
    let given = view.child.identity.get().map(|identity| identity.given_name.trim()).unwrap_or_default();
    let hello = if given.is_empty() { "Hello".to_owned() } else { format!("Hello {given}") };
    let episodes: Vec<_> = view
        .episodes
        .iter()
        .filter(|row| row.how.as_deref() != Some(HowReturned::NotMissing.code()))
        .collect();
    let mut parts = vec![
        h1(hello),
        p(
            "This page says what we wrote down about the times people were worried because nobody knew where you were.",
        ),
        h2("What we wrote down"),
        p(count(episodes.len())),
    ];
    if !episodes.is_empty() {
        let day = |row: &&cf_store::IncidentRow| {
            Html::from(format!(
                "Somebody was worried on {}.",
                Timestamp::from_micros(row.reported_at).day().long()
            ))
        };
        parts.push(list(episodes.iter().take(10).map(day)));
    }
    let talked = view.episodes.iter().filter(|row| row.talks == "held").count();
    parts.push(p(match talked {
        0 => "You have not had a talk yet about a time you were away. When you do, what you say is written down in your own words. Nobody changes them.",
        _ => "You talked with somebody about it. What you said is written down in your own words. Nobody changes them. You can ask to read them.",
    }));
    let owed = view.episodes.iter().any(|row| row.talks.ends_with("_owed"));
    parts.push(h2("What happens next"));
    parts.push(if owed {
        list([
            Html::from("A police officer checks that you are safe and well."),
            Html::from("Somebody who does not look after you and is not the police asks if you want to talk. You can say no."),
            Html::from("You can say who you would like to talk to, and where."),
        ])
    } else {
        p("Nothing is waiting just now. You can ask for a talk at any time.")
    });
    parts.push(h2("If something is wrong here"));
    parts.push(p("Tell us. We write down what you say beside it. You may also ask to see what is held about you; a grown-up you trust can help you ask."));
    parts.push(h2("Who you can talk to"));
    // SOURCE: Childline 0800 1111, childline.org.uk (NSPCC), free at any hour. Runaway Helpline 116 000,
    // runawayhelpline.org.uk (Missing People), free, call or text; 116 000 is the harmonised European number for missing
    // children (Ofcom, National Telephone Numbering Plan; Commission Decision 2007/116/EC). 999: the national emergency
    // number. None of the three is in the texts under `domain/`: look at the services' own pages before printing.
    parts.push(list([
        Html::from("An adult you trust: at home, at school, your social worker."),
        Html::from("Childline, free, day and night: 0800 1111."),
        Html::from("Runaway Helpline, free, call or text: 116 000."),
        Html::from("In danger now: 999. You are not in trouble for calling."),
    ]));
    Html::join(parts)
}

fn count(episodes: usize) -> String {
    match episodes {
        0 => "Nobody has told us that you were missing.".to_owned(),
        1 => "One time, somebody told us that you were missing.".to_owned(),
        more => format!("{more} times, somebody told us that you were missing."),
    }
}
