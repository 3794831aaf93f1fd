//! What becomes of words afterwards: better ones stand beside them, false alarms leave the counts, and every text can be
//! reached.
use super::*;

/// Keeps the words of [`BAD`] in an action and gives the path of the matter.
async fn kept(site: &Site, by: &User, looks: &User, incident: IncidentId, what: &str) -> String {
    let name = asked(&site.act(by, incident, what, &[]).await.body);
    assert_eq!(site.act(by, incident, what, &[(&name, "own")]).await.status, 303);
    first_matter(&site.get(looks, "/queue").await.body)
}

async fn look(site: &Site, by: &User, matter: &str, decision: &str) {
    let sent = [("act", "look"), ("decision", decision), ("words", "Who did what to her?")];
    assert_eq!(site.post(by, matter, &sent).await.status, 303);
}

#[tokio::test(flavor = "multi_thread")]
async fn better_words_stand_below_the_text_they_are_about_and_the_first_ones_stay() {
    let site = Site::start().await;
    let (sam, kit) = (site.app.operator().await, site.app.supervisor().await);
    let (_, incident) = site.report(&sam).await;
    let page = format!("/incidents/{incident}");
    let matter = kept(&site, &sam, &kit, incident, BAD).await;
    assert!(!site.get(&sam, &page).await.body.contains("kept by Sam"), "nobody challenged them yet");
    look(&site, &kit, &matter, "rewording").await;
    let waits = site.get(&sam, &page).await.body;
    assert!(
        waits.contains("Ask the writer for better words") && waits.contains("Not settled yet"),
        "{waits}"
    );
    let answer = [("act", "answer"), ("words", "I take it back: men wait for her there.")];
    assert_eq!(site.post(&sam, &matter, &answer).await.status, 303);
    let better = "Adults harm her at that flat.";
    let settle = [("act", "settle"), ("outcome", "reworded"), ("words", better)];
    assert_eq!(site.post(&kit, &matter, &settle).await.status, 303);

    let body = site.get(&sam, &page).await.body;
    let (first, rest) = body.split_once(BAD).unwrap();
    assert!(!first.contains(better));
    let note = rest.split_once("</div>").unwrap().0;
    for said in ["I take it back", "Better words are recorded beside the old", better, matter.as_str()] {
        assert!(note.contains(said), "{said} is not beside the text: {rest}");
    }
    assert!(!note.contains("Not settled yet"));

    let bearer = format!("Bearer {}", sam.token);
    let path = format!("/api/v1{page}");
    let told = site.server.send("GET", &path, &[("authorization", &bearer)], b"").await;
    let told: Value = serde_json::from_str(&told.body).unwrap();
    let challenged = &told["challenged_words"][0];
    assert_eq!(
        (&challenged["text"], &challenged["outcome"]["words"]),
        (&json!(BAD), &json!(better)),
        "{told}"
    );
}

/// Two entries with blame; one of them, called a false alarm, is counted no more and listed no more.
#[tokio::test(flavor = "multi_thread")]
async fn a_false_alarm_leaves_the_counts_and_the_page_says_so() {
    let server = cf_testkit::Postgres::start().unwrap_or_else(|error| panic!("{error}"));
    for app in [TestApp::sqlite().await, TestApp::postgres(&server).await] {
        let site = Site::on(app).await;
        let (sam, kit) = (site.app.operator().await, site.app.supervisor().await);
        let (_, incident) = site.report(&sam).await;
        let alarm = kept(&site, &sam, &kit, incident, BAD).await;
        let month = cf_app::wording::audit::month_of(site.app.app.now());
        let audit = async || site.app.app.wording_audit(&kit.caller, month - 11, month).await.unwrap();
        let category = |audit: &cf_app::wording::audit::AuditView| {
            audit.categories.iter().map(|(_, rate)| rate.blaming).sum::<i64>()
        };
        look(&site, &kit, &alarm, "false_alarm").await;
        let other = format!("{BAD} Again.");
        let agreed = kept(&site, &sam, &kit, incident, &other).await;
        look(&site, &kit, &agreed, "agreed").await;
        let after = audit().await;
        assert_eq!((after.written.checked, after.written.blaming, after.written.kept), (3, 1, 1));
        assert_eq!((after.false_alarms, category(&after)), (1, 1));
        let of_month: Vec<_> =
            after.chart.iter().map(|point| (point.rate.checked, point.rate.blaming)).collect();
        assert_eq!(of_month, [(3, 1)], "the chart follows");
        let page = site.get(&kit, "/wording/audit").await.body;
        assert!(page.contains("Of the entries checked, 1 does not count as blame"), "{page}");
        for filter in ["", "?category=risk_taking"] {
            let texts = site.get(&kit, &format!("/wording/audit/texts{filter}")).await.body;
            assert_eq!(texts.matches("<h2 class=\"govuk-heading-m\"").count(), 1, "{texts}");
            assert!(texts.contains("Open the record"), "{texts}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_audited_text_can_be_reached_with_the_filter_kept() {
    let site = Site::start().await;
    let (sam, kit) = (site.app.operator().await, site.app.supervisor().await);
    let (_, incident) = site.report(&sam).await;
    for number in 0..53 {
        let what = format!("Call {number}. {BAD}");
        let name = asked(&site.act(&sam, incident, &what, &[]).await.body);
        assert_eq!(site.act(&sam, incident, &what, &[(&name, "own")]).await.status, 303);
    }
    let first = site.get(&kit, "/wording/audit/texts?category=risk_taking").await.body;
    let next = "/wording/audit/texts?month=&amp;category=risk_taking&amp;page=1";
    assert!(first.contains("50. ") && first.contains(next) && !first.contains("51. "), "{first}");
    let second = site.get(&kit, &next.replace("&amp;", "&")).await.body;
    assert!(second.contains("51. ") && second.contains("53. ") && second.contains("Newer texts"), "{second}");
    assert!(!second.contains("Older texts"));

    let bearer = format!("Bearer {}", kit.token);
    let ask = async |more: &str| {
        let path = format!("/api/v1/wording/audit/texts?category=risk_taking{more}");
        let answer = site.server.send("GET", &path, &[("authorization", &bearer)], b"").await;
        serde_json::from_str::<Value>(&answer.body).unwrap()
    };
    let first = ask("").await;
    let rest = ask(&format!("&after={}", first["after"].as_str().unwrap())).await;
    let count = |answer: &Value| answer["entries"].as_array().unwrap().len();
    assert_eq!((count(&first), count(&rest), &rest["after"]), (50, 3, &Value::Null));
}
