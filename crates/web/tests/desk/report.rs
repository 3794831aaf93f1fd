//! The report form: who is known, what is asked before a report is taken, and everything wrong said at once.
use cf_casework::child::CarePlan;
use cf_kernel::CommandId;

use crate::Site;

fn form(command: CommandId, extra: &str) -> String {
    format!(
        "step=send&command={command}&given_name=Ambrose&family_name=Marlowe-Finch&born_on=2011-05-06\
         &circumstances=did+not+come+home&missing_from=home&seen_date=2026-03-04&seen_time=07:10&{extra}"
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_waits_while_a_child_who_very_likely_is_the_one_is_neither_chosen_nor_set_aside() {
    let site = Site::start().await;
    let sam = site.app.operator().await;
    let (child, _) = site.report(&sam, "Ambrose", CarePlan::default()).await;
    site.app.app.load_matching().await.unwrap();
    let command = CommandId::new();
    let asked = site.post(&sam, "/report", &form(command, "")).await;
    assert_eq!(asked.status, 409, "{}", asked.body);
    let question = "Is this Ambrose Marlowe-Finch, born 6 May 2011, missing now? Choose “This is the child” or “Not the same child”.";
    let link = format!("<a href=\"#match-{child}\">{question}</a>");
    assert!(asked.body.contains(&link), "the summary asks: {}", asked.body);
    let card = asked.body.split(&format!("id=\"match-{child}\"")).nth(1).unwrap();
    assert!(card.contains(question) && card.contains(&format!("value=\"choose:{child}\"")));
    assert!(card.contains("<details class=\"govuk-details\" open>"), "both answers are in sight: {card}");
    assert!(asked.body.contains("did not come home") && asked.body.contains("value=\"Ambrose\""));
    let apart = form(command, "").replace("step=send", &format!("step=apart:{child}:both"));
    assert_eq!(site.post(&sam, "/report", &apart).await.status, 200);
    let taken = site.post(&sam, "/report", &form(command, "")).await;
    assert_eq!(taken.status, 303, "a person said that it is another: {}", taken.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_is_said_at_once_each_with_field_and_rule_and_with_the_child_who_may_be_known() {
    let site = Site::start().await;
    let sam = site.app.operator().await;
    let (child, _) = site.report(&sam, "Ambrose", CarePlan::default()).await;
    site.app.app.load_matching().await.unwrap();
    let wrong = "step=send&given_name=Ambrose&family_name=Marlowe-Finch&born_on=2011-05-06&circumstances=+\
                 &seen_date=04/03/2016&seen_time=8&age=200&known=";
    let answer = site.post(&sam, "/report", wrong).await;
    assert_eq!(answer.status, 422);
    for (field, message) in [
        ("circumstances", "Say what has happened, as the caller tells it."),
        ("seen_time", "When the child was last seen: give the time on a 24-hour clock, like 19:52."),
        ("missing_from", "Choose where the child is missing from."),
        ("age", "How old is the child? Give a whole number from 0 to 17."),
        (&format!("match-{child}"), "Is this Ambrose Marlowe-Finch, born 6 May 2011"),
    ] {
        let link = format!("<a href=\"#{field}\">{message}");
        assert!(answer.body.contains(&link), "{link} in {}", answer.body);
        assert!(answer.body.contains(&format!("id=\"{field}\"")), "the field is on the page: {field}");
    }
}

#[tokio::test]
async fn a_last_sighting_long_ago_is_confirmed_and_an_adult_is_no_child() {
    let site = Site::start().await;
    let sam = site.app.operator().await;
    let command = CommandId::new();
    let old = form(command, "").replace("2026-03-04", "2016-03-04").replace("2011-05-06", "2010-05-06");
    let asked = site.post(&sam, "/report", &old).await;
    assert_eq!(asked.status, 422);
    assert!(asked.body.contains("href=\"#seen_long_ago\">Was the child last seen on 4 March 2016?"));
    assert!(asked.body.contains("Yes, the child was last seen on 4 March 2016"), "{}", asked.body);
    assert!(asked.body.contains("id=\"seen_long_ago\"") && asked.body.contains("value=\"2016-03-04\""));
    let taken = site.post(&sam, "/report", &format!("{old}seen_long_ago=2016-03-04")).await;
    assert_eq!(taken.status, 303, "{}", taken.body);
    for (born, words) in [
        (
            "1999-12-24",
            "Date of birth: 24 December 1999 makes this person 26 when last seen, and a child is under 18.",
        ),
        ("2008-03-04", "Date of birth: 4 March 2008 makes this person 18 when last seen,"),
        ("2026-03-05", "Date of birth: 5 March 2026 is after the child was last seen."),
    ] {
        let answer =
            site.post(&sam, "/report", &form(CommandId::new(), "").replace("2011-05-06", born)).await;
        assert_eq!(answer.status, 422);
        assert!(answer.body.contains(&format!("href=\"#born_on\">{words}")), "{born}: {}", answer.body);
    }
    let last_day = form(CommandId::new(), "").replace("2011-05-06", "2008-03-05");
    assert_eq!(site.post(&sam, "/report", &last_day).await.status, 303, "seventeen until the birthday");
    let ahead = form(CommandId::new(), "").replace("seen_date=2026-03-04", "seen_date=2026-03-09");
    let answer = site.post(&sam, "/report", &ahead).await;
    assert_eq!(answer.status, 422);
    assert!(answer.body.contains("href=\"#seen_date\">The child was last seen at"), "{}", answer.body);
}

#[tokio::test]
async fn the_children_who_may_be_the_one_stand_after_the_questions_that_tell_who_it_is() {
    let site = Site::start().await;
    let sam = site.app.operator().await;
    site.report(&sam, "Ambrose", CarePlan::default()).await;
    let page =
        site.post(&sam, "/report", "step=look&given_name=Ambrose&family_name=Marlowe-Finch").await.body;
    let at = |words: &str| page.find(words).unwrap_or_else(|| unreachable!("{words} in {page}"));
    assert!(at("id=\"family_name\"") < at("1 child may be the one: see who"));
    assert!(at("1 child may be the one: see who") < at("id=\"born_on\""));
    assert!(at("id=\"school\"") < at("id=\"known\"") && at("id=\"known\"") < at("id=\"reporter_name\""));
    let part = site.post(&sam, "/report/matches", "given_name=Ambrose").await.body;
    assert!(
        part.contains("<template data-suggest-count><a class=\"govuk-link\" href=\"#known\">1 child may")
    );
}

#[tokio::test]
async fn ethnicity_and_council_are_asked_by_name_and_what_a_draft_holds_comes_back() {
    let site = Site::start().await;
    let sam = site.app.operator().await;
    let blank = site.get(&sam, "/report").await.body;
    for part in [
        "<optgroup label=\"Black\"><option value=\"B1\">Black: Caribbean (B1)</option>",
        "<optgroup label=\"London\"><option value=\"301\">Barking and Dagenham</option>",
        "<optgroup label=\"Outside London\">",
        "<option value=\"850\">Hampshire</option>",
    ] {
        assert!(blank.contains(part), "{part} in {blank}");
    }
    for (council, council_words, ethnicity, ethnicity_words) in [
        ("306", "Croydon", "B1", "Black: Caribbean (B1)"),
        ("E09000008", "Croydon", "wbri", "White British (wbri)"),
        ("Surrey Heath", "Surrey Heath", "Black British", "Black British"),
    ] {
        let command = CommandId::new();
        let typed = format!("responsible_authority={council}&ethnicity={ethnicity}").replace(' ', "+");
        let draft = form(command, &typed).replace("step=send", "step=save");
        assert_eq!(site.post(&sam, "/report", &draft).await.status, 200);
        let again = site.get(&sam, &format!("/report?draft={command}")).await.body;
        for (value, words) in [(council, council_words), (ethnicity, ethnicity_words)] {
            let chosen = format!("<option value=\"{value}\" selected>{words}</option>");
            assert!(again.contains(&chosen), "{chosen} in {again}");
        }
    }
}
