//! The frame of every page: what it is called, who is signed in, what was just done, and the content.

use askama::Template;

use crate::navigation::{Footer, FooterMeta, GenericHeader, ServiceNavigation, SkipLink};
use crate::options::options;
use crate::{BackLink, Breadcrumbs, ErrorSummary, Html, NavigationItem, NotificationBanner, PhaseBanner};

options! {
    /// Who is signed in.
    pub struct SignedIn {
        /// The person's name.
        pub name: String,
        /// The role they act in, in the words of practice.
        pub role: String,
        /// The form token that a sign-out needs.
        pub token: String,
        /// Where the sign-out form is sent: `/sign-out` unless said otherwise.
        pub sign_out_action: String,
    }
}

options! {
    /// When a session will end, so that nobody loses work to it.
    pub struct SessionExpiry {
        /// The end, as a machine reads it: RFC 3339.
        pub at: String,
        /// The end, as people say it: `4:15pm`.
        pub at_in_words: String,
    }
}

options! {
    /// A whole page.
    pub struct Layout {
        /// What the page is called, in the browser's tab. `Error: ` is put before it when there are errors.
        pub title: String,
        /// The service's name: `childfirst` unless said otherwise.
        pub service_name: String,
        /// The force or body that runs it, shown beside the name.
        pub organisation: String,
        /// The service's main places.
        pub navigation: Vec<NavigationItem>,
        /// Who is signed in, if anybody.
        pub signed_in: Option<SignedIn>,
        /// Says that the data is invented, and for whom it was; empty where it is real.
        pub demo: Html,
        /// The protective marking, such as `OFFICIAL-SENSITIVE`; on screen and on every printed page.
        pub marking: String,
        /// The way back.
        pub back: Option<BackLink>,
        /// Where the page stands.
        pub breadcrumbs: Option<Breadcrumbs>,
        /// Everything that is wrong with the form.
        pub errors: Option<ErrorSummary>,
        /// What was just done, and other news.
        pub notices: Vec<NotificationBanner>,
        /// The content.
        pub body: Html,
        /// When the session will end.
        pub session: Option<SessionExpiry>,
        /// The operation's id, which a person reads out when they ask for help.
        pub operation: String,
        /// Links at the foot.
        pub footer: Vec<crate::FooterLink>,
        /// Uses the whole width of the screen, for boards and wide tables.
        pub wide: bool,
        /// Read from three metres: large type, nothing but the content.
        pub board: bool,
        /// Where live updates come from; none where the page does not change by itself.
        pub live: String,
        /// Language of the page: `en` unless said otherwise.
        pub lang: String,
    }
}

impl Layout {
    /// A page with its title and its content.
    pub fn new(title: impl Into<String>, body: impl Into<Html>) -> Self {
        Self::default().title(title).body(body)
    }

    /// The page as it is sent, from doctype to end.
    ///
    /// # Errors
    ///
    /// None in practice: writing to memory cannot fail, but the template engine's signature says so.
    pub fn page(&self) -> Result<String, askama::Error> {
        self.template().render()
    }

    fn template(&self) -> Page<'_> {
        let service = if self.service_name.is_empty() { "childfirst" } else { &self.service_name };
        let mut logo = crate::Markup::default();
        logo.element("span", "cf-wordmark", &service.into());
        if !self.organisation.is_empty() {
            logo.element("span", "cf-organisation", &self.organisation.as_str().into());
        }
        Page {
            page: self,
            service,
            container: if self.wide || self.board {
                "govuk-width-container cf-wide"
            } else {
                "govuk-width-container"
            },
            header: GenericHeader::default().logo(logo.finish()).classes("cf-header"),
            skip: SkipLink::default().content("Skip to main content").href("#main-content"),
            navigation: self.service_navigation(),
            demo: (!self.demo.is_empty()).then(|| PhaseBanner::new("Invented data", self.demo.clone())),
            footer: self.page_footer(),
        }
    }

    fn service_navigation(&self) -> Option<ServiceNavigation> {
        let bar = ServiceNavigation::default().navigation(self.navigation.clone());
        (!self.navigation.is_empty() && !self.board).then(|| bar.navigation_label("Main"))
    }

    fn page_footer(&self) -> Footer {
        let mut words = crate::Markup::default();
        if !self.operation.is_empty() {
            words.raw("Operation <code class=\"cf-operation\">").text(&self.operation).raw("</code>");
        }
        Footer::default()
            .classes("cf-footer")
            .meta(FooterMeta::default().items(self.footer.clone()).content(words.finish()))
    }
}

/// Everything the template needs, made ready.
#[derive(Template)]
#[template(path = "layout.html")]
struct Page<'a> {
    page: &'a Layout,
    service: &'a str,
    container: &'static str,
    header: GenericHeader,
    skip: SkipLink,
    navigation: Option<ServiceNavigation>,
    demo: Option<PhaseBanner>,
    footer: Footer,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ErrorLink;

    fn full() -> Layout {
        Layout::new("Missing now", Html::trusted("<h1>Missing now</h1>"))
            .organisation("Example Police")
            .navigation([NavigationItem::new("Queue", "/queue").current(true)])
            .signed_in(SignedIn::default().name("Sam O'Neill").role("Duty inspector").token("t0k3n"))
            .demo("No child on these pages exists.")
            .marking("OFFICIAL-SENSITIVE")
            .notices([NotificationBanner::success("Report saved")])
            .session(SessionExpiry::default().at("2026-03-01T16:15:00Z").at_in_words("4:15pm"))
            .operation("01J-EXAMPLE")
    }

    #[test]
    fn a_page_has_what_every_page_must_have() {
        let page = full().page().unwrap();
        for part in [
            "<!DOCTYPE html>",
            "lang=\"en\"",
            "<title>Missing now - childfirst</title>",
            "Skip to main content",
            "id=\"main-content\"",
            "Sam O&#39;Neill",
            "Duty inspector",
            "value=\"t0k3n\"",
            "OFFICIAL-SENSITIVE",
            "No child on these pages exists.",
            "Report saved",
            "4:15pm",
            "01J-EXAMPLE",
        ] {
            assert!(page.contains(part), "{part} in {page}");
        }
    }

    #[test]
    fn nothing_on_a_page_needs_a_weaker_security_policy() {
        let page = full().page().unwrap();
        assert!(!page.contains(" style=") && !page.contains("<style") && !page.contains(" onclick="));
        let scripts = page.matches("<script").count();
        assert_eq!(
            scripts,
            page.matches("<script src=\"/assets/").count()
                + page.matches("<script type=\"module\" src=\"/assets/").count()
        );
        assert!(scripts > 0);
    }

    #[test]
    fn a_title_says_that_there_are_errors() {
        let page = full().errors(ErrorSummary::new([ErrorLink::new("name", "Enter a name")])).page().unwrap();
        assert!(page.contains("<title>Error: Missing now - childfirst</title>"));
    }

    #[test]
    fn a_name_cannot_break_out_of_the_page() {
        let page = full().title("<script>x</script>").page().unwrap();
        assert!(!page.contains("<script>x"));
    }
}
