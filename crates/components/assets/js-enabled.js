// Runs before the body is painted: govuk-frontend's styles ask for these two classes.
document.body.classList.add('js-enabled')
if ('noModule' in HTMLScriptElement.prototype) document.body.classList.add('govuk-frontend-supported')
