//! What must come before what at the desk: reading before grading, grading again before closing, the return before talks.
use super::*;

const BACK: &str = "returned_date=2026-03-04&returned_time=09:10&how=returned_self&harm=none_known";

fn grade(form: &str, grade: &str, rest: &str) -> String {
    let (command, gradings) = (value(form, "command"), value(form, "gradings"));
    format!(
        "command={command}&seen=medium&gradings={gradings}&grade={grade}&next_review_date=2026-03-04&next_review_time=14:00{rest}"
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn a_grade_typed_on_a_form_from_before_the_last_grade_is_not_taken() {
    let site = Site::start().await;
    let (first, second) = (site.app.operator().await, site.app.supervisor().await);
    let (_, incident) = site.report(&first, "Ambrose", CarePlan::default()).await;
    let path = format!("/incidents/{incident}/do/grade");
    let old = site.get(&second, &path).await.body;
    let other = site.get(&first, &path).await.body;
    let high = grade(&other, "high", "&rationale=alone+and+cold");
    assert_eq!(site.post(&first, &path, &high).await.status, 303);
    assert_eq!(site.post(&first, &path, &high).await.status, 303, "a double click is no second grade");

    // The form comes back for another reason: it still knows what it showed at first.
    let back = site.post(&second, &path, &grade(&old, "medium", "")).await;
    assert_eq!((back.status, value(&back.body, "gradings")), (422, "0"));
    let sent = grade(&back.body, "medium", "&rationale=rang+from+a+friend");
    let refused = site.post(&second, &path, &sent).await;
    assert_eq!(refused.status, 409);
    let name = &first.caller.actor.name;
    let says =
        format!("{name} graded it High at 4 Mar 2026, 09:00 while this form was open. Read it, then decide");
    assert!(refused.body.contains(&says), "{}", refused.body);
    assert!(refused.body.contains("rang from a friend"), "what was typed is kept");
    let view = site.app.app.incident(&second.caller, incident, None).await.unwrap();
    assert_eq!((view.incident.gradings.len(), view.incident.grade().unwrap().code()), (1, "high"));

    let again = grade(&refused.body, "medium", "&rationale=rang+from+a+friend");
    assert_eq!(site.post(&second, &path, &again).await.status, 303, "decided again");
    let unknown = again.replace("&gradings=1", "").replace(value(&refused.body, "command"), "");
    assert_eq!(site.post(&first, &path, &unknown).await.status, 303, "where nobody says what was seen");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_must_come_first_is_said_on_the_page() {
    let site = Site::start().await;
    let (operator, inspector) = (site.app.operator().await, site.app.inspector().await);
    let (_, incident) = site.report(&operator, "Ambrose", CarePlan::default()).await;
    let path = format!("/incidents/{incident}");
    site.app.clock.advance_seconds(1_200);
    let form = site.get(&operator, &format!("{path}/do/grade")).await.body;
    let graded = grade(&form, "low", "&rationale=at+a+friend&reason_below=the+friend+rang");
    assert_eq!(site.post(&operator, &format!("{path}/do/grade"), &graded).await.status, 303);
    let look =
        "decision=regrade&words=read+the+call+again&next_review_date=2026-03-04&next_review_time=14:00";
    assert_eq!(site.post(&inspector, &format!("{path}/do/review"), look).await.status, 303);
    assert_eq!(site.post(&operator, &format!("{path}/do/return"), BACK).await.status, 303);

    let talk = |time: &str| {
        format!("held_date=2026-03-04&held_time={time}&in_person=yes&account=she+was+with+a+friend")
    };
    let prevention = format!("{path}/do/prevention-interview");
    let early = site.post(&operator, &prevention, &talk("09:09")).await;
    assert_eq!(early.status, 409);
    let says = "The prevention interview cannot be before the child was back, 4 Mar 2026, 09:10.";
    assert!(early.body.contains(says) && early.body.contains("she was with a friend"), "{}", early.body);
    assert_eq!(site.post(&operator, &prevention, &talk("09:10")).await.status, 303);
    let end = "answer=declined&reason=not+today&carer_asked=yes";
    assert_eq!(site.post(&operator, &format!("{path}/do/no-interview"), end).await.status, 303);

    let again = "review said the grade must be looked at again, and nobody has graded since";
    let page = site.get(&operator, &path).await.body;
    assert!(page.contains("Held 4 Mar 2026, 09:10"), "when, not only when it was written down");
    assert!(page.contains(again) && !page.contains("Nothing more is owed"), "{page}");
    let close = format!("{path}/do/close");
    let refused = site.post(&operator, &close, "summary=home+with+her+aunt").await;
    assert!(refused.status == 409 && refused.body.contains(again), "{}", refused.body);
    let form = site.get(&operator, &format!("{path}/do/grade")).await.body;
    let graded = grade(&form, "medium", "&rationale=as+the+rules+say");
    assert_eq!(site.post(&operator, &format!("{path}/do/grade"), &graded).await.status, 303);
    assert!(site.get(&operator, &path).await.body.contains("Nothing more is owed"));
    assert_eq!(site.post(&operator, &close, "summary=home+with+her+aunt").await.status, 303);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_child_found_dead_is_not_said_to_be_back() {
    let site = Site::start().await;
    let sam = site.app.operator().await;
    let (child, incident) = site.report(&sam, "Persephone", CarePlan::default()).await;
    let died = BACK.replace("09:10", "08:50").replace("returned_self", "died");
    assert_eq!(site.post(&sam, &format!("/incidents/{incident}/do/return"), &died).await.status, 303);
    let page = site.get(&sam, &format!("/incidents/{incident}")).await.body;
    assert!(page.contains(", has died</h1>") && !page.contains(", back</h1>"), "{page}");
    let page = site.get(&sam, &format!("/children/{child}")).await.body;
    assert!(page.contains("The child has died, something is owed") && !page.contains("Back for"), "{page}");
}
