// One incident from the first call to closing, by the people whose work each part is; then the same core without script.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import {
  act, ago, answer, answers, follow, look, oneWorld, press, report, says, saysNot, screenshot,
} from '../harness.mjs';

const world = oneWorld({ before, after });

const WHY = 'Why: the risk to this child, from all that is known';
const GRADE = 'Your grade of the risk of harm';

describe('the whole life of an incident', () => {
  let incident;
  let operator;
  let supervisor;
  let inspector;
  before(async () => {
    operator = await world.person('operator');
    supervisor = await world.person('supervisor');
    inspector = await world.person('inspector');
  });
  const open = async (page) => {
    await page.goto(incident);
    await look(page);
  };

  test('the operator takes a report while the matches follow the typing', async () => {
    await look(operator);
    await screenshot(operator, 'board');
    const known = await operator.locator('#main-content table tbody a[href^="/incidents/"]').first().innerText();
    await follow(operator, 'Report');
    await look(operator);
    await screenshot(operator, 'report');
    const names = operator.getByLabel('Given names (optional)');
    const matches = operator.locator('#matches');
    await names.pressSequentially(known);
    await matches.getByRole('heading', { name: known }).first().waitFor();
    await look(operator);
    await screenshot(operator, 'report-matches');
    await names.fill('Quillon');
    await answer(operator, 'Family name', 'Ashgrovewater');
    await matches.getByText('No child known so far fits').waitFor();
    await answers(operator, {
      'What has happened, and why is the caller worried?': 'Went to a friend after school and never arrived. Phone rings out.',
      'Or the date and time, if the caller knows': ago(120),
      'Missing from where?': 'Care placement',
      'Date of birth': '2011-05-04',
      'Is the child looked after by a council?': 'Yes',
      'Borough the child lives in': 'Croydon',
      Name: 'Wren Halloway',
      'Is the child\'s phone off, or left behind?': 'No',
    });
    await press(operator, 'Take the report');
    await says(operator, 'The report is taken');
    await says(operator, 'Quillon Ashgrovewater');
    incident = new URL(operator.url()).pathname;
    await look(operator);
    await screenshot(operator, 'incident-reported');
  });

  test('a grade below the recommendation needs a reason', async () => {
    await follow(operator, 'Grade the risk');
    await look(operator);
    await screenshot(operator, 'grade');
    await says(operator, 'The rules recommend Medium');
    await answers(operator, { [GRADE]: 'Low', [WHY]: 'The friend has now rung: the child is on the way there by bus.' });
    await press(operator, 'Record my grade');
    await says(operator, 'needs a reason');
    await look(operator);
    assert.match(await operator.getByRole('textbox', { name: WHY }).inputValue(), /by bus/, 'what was typed is kept');
    await answer(operator, 'If your grade is below the recommendation: why', 'Spoken to by phone, with an adult the family trusts.');
    await press(operator, 'Record my grade');
    await says(operator, 'Graded low, below the recommended medium');
    await look(operator);
  });

  test('the inspector finds it in the queue and looks, the supervisor reviews', async () => {
    await look(inspector);
    await screenshot(inspector, 'queue');
    await follow(inspector, 'Look at it for Quillon Ashgrovewater');
    await look(inspector);
    await answers(inspector, { 'Your decision': 'The grade stands, more must be done', 'In your own words': 'Read all of it. Ring the friend back within the hour.' });
    await press(inspector, 'Record my review');
    await says(inspector, 'Senior look: The grade stands, more must be done');
    await look(inspector);
    await inspector.goto('/queue');
    assert.equal(await inspector.getByRole('link', { name: 'Look at it for Quillon Ashgrovewater' }).count(), 0);
    await open(supervisor);
    await act(supervisor, 'Review the grade and the plan', {
      'Your decision': 'I agree with the grade and the plan', 'In your own words': 'The bus company confirms the journey.',
    }, 'Record my review');
    await says(supervisor, 'Review: I agree with the grade and the plan');
  });

  test('the operator records a check, an action, a task and its outcome', async () => {
    await open(operator);
    await act(operator, 'Record a source checked', {
      'What was checked?': 'Police National Computer (PNC)', 'What did it give?': 'Nothing held',
    }, 'Record the check');
    await act(operator, 'Record an action', {
      'What kind of action?': 'Contact with family or carer', 'What was done and what came of it': 'Rang the carer, who has heard nothing new.',
    }, 'Record the action');
    await act(operator, 'Set a task', { 'What is to be done': 'Ring the friend back', 'Who does it?': /\(you\)$/ }, 'Set the task');
    await act(operator, 'Finish a task', { 'Which task?': '1: Ring the friend back', 'What came of it': 'The child never arrived.' }, 'Record the outcome');
    await says(operator, 'The child never arrived.');
  });

  test('a new fact raises the recommendation and asks for another grade', async () => {
    await act(operator, 'Record what was learned about risk', {
      'Who told you?': 'The friend', 'May the child be with an adult who worries you?': 'Yes',
    }, 'Record it');
    await says(operator, 'The facts now recommend more than the grade that stands. Grade again.');
    await act(operator, 'Grade the risk', { [GRADE]: 'High', [WHY]: 'May be with an adult who worries the family.' }, 'Record my grade');
    await says(operator, 'Graded high');
    await saysNot(operator, 'Grade again.');
    await screenshot(operator, 'incident-worked');
  });

  test('it is handed over, held until the colleague acknowledges', async () => {
    const [, colleague] = /Signed in as\s+(.+), Duty supervisor/.exec(await supervisor.innerText('body'));
    await act(operator, 'Hand the incident over', {
      'To whom?': new RegExp(`${colleague}, duty supervisor`), Briefing: 'High. Friend rung back, nobody has seen the child. Carer rings at ten.',
    }, 'Hand over');
    await says(operator, 'Not acknowledged yet.');
    await screenshot(operator, 'hand-over');
    await open(supervisor);
    await act(supervisor, 'Acknowledge the hand-over', {}, 'I have read the briefing and take it');
    await saysNot(supervisor, 'Not acknowledged yet.');
  });

  test('the child is back, and closing is refused while something is owed', async () => {
    await open(operator);
    await act(operator, 'Record that the child is back or found', {
      'How?': 'Found by police', Where: 'Bus station', Harm: 'None seen or told',
    }, 'Record the return');
    await says(operator, 'back');
    assert.equal(await operator.getByRole('link', { name: 'Close the incident' }).count(), 0);
    await operator.goto(`${incident}/do/close`);
    await says(operator, 'This cannot be done to the incident as it stands now.');
    await look(operator);
    await answer(operator, 'What happened, what was done, what was learned', 'Back.');
    await press(operator, 'Close it');
    await says(operator, 'cannot be closed yet');
    await look(operator);
    await open(operator);
    await act(operator, 'Record the prevention interview', {
      'Was the child seen in person?': 'Yes', 'What was said about safety, crime, harm and reasons': 'Unhurt. Had wanted to see a friend.',
      'The child\'s own words': 'I only wanted to see Sam.',
    }, 'Record the interview');
  });

  test('the council worker records the offer, a try and the return home interview', async () => {
    const worker = await world.person('council');
    await look(worker);
    await open(worker);
    await act(worker, 'Record the offer of a return home interview', {
      'Who offers it?': 'Independent visitor', 'The answer, if there is one yet': 'Offered and accepted',
    }, 'Record the offer');
    await act(worker, 'Record a try to hold the return home interview', { 'How it was tried, and what came of it': 'Called at the home, nobody in.' }, 'Record the try');
    await act(worker, 'Record the return home interview', {
      'Who held it?': 'Independent visitor', 'Has that person no part in the child\'s care?': 'Yes, independent',
      'What was learned for the child\'s record and the next time': 'Look first at the bus station, bay nine.',
      'Are there signs of exploitation?': 'No',
    }, 'Record the interview');
    await screenshot(worker, 'incident-council-worker');
  });

  test('what was learned stands on the child\'s page, and the incident closes', async () => {
    await open(operator);
    await follow(operator, 'Quillon Ashgrovewater');
    await says(operator, 'Look first at the bus station, bay nine.');
    await look(operator);
    await screenshot(operator, 'child');
    await follow(operator, 'Page for the child');
    await look(operator);
    await screenshot(operator, 'for-the-child');
    await open(operator);
    await says(operator, 'Nothing more is owed.');
    await act(operator, 'Close the incident', { 'What happened, what was done, what was learned': 'Found by police at the bus station, unhurt.' }, 'Close it');
    await says(operator, 'Quillon Ashgrovewater, closed');
    await screenshot(operator, 'incident-closed');
  });

  test('a supervisor opens it again', async () => {
    assert.equal(await operator.getByRole('link', { name: 'Open the incident again' }).count(), 0, 'an operator does not');
    await open(supervisor);
    await act(supervisor, 'Open the incident again', { 'Why it is opened again': 'The carer rang with something new.' }, 'Open it again');
    await saysNot(supervisor, 'Quillon Ashgrovewater, closed');
  });
});

test('without script: report, grade, return, both talks, close', async () => {
  const page = await world.person('operator', { on: 'no script' });
  await look(page);
  await page.goto('/report');
  await look(page);
  await answer(page, 'Given names', 'Isolde');
  await press(page, 'Look for this child');
  await look(page);
  await report(page, { given: 'Isolde', family: 'Marlpit' });
  await look(page);
  await act(page, 'Grade the risk', { [GRADE]: 'Medium', [WHY]: 'Out of character, and the evening is mild and friends are near.' }, 'Record my grade');
  await act(page, 'Record that the child is back or found', { 'How?': 'The child came back by themselves', Harm: 'None seen or told' }, 'Record the return');
  await act(page, 'Record the prevention interview', {
    'Was the child seen in person?': 'No', 'If not: why': 'Asleep; seen by the carer.', 'What was said about safety, crime, harm and reasons': 'The carer says unhurt.',
  }, 'Record the interview');
  await act(page, 'Record the return home interview', {
    'Who held it?': 'Independent visitor', 'Has that person no part in the child\'s care?': 'Yes, independent', 'Are there signs of exploitation?': 'No',
    'What was learned for the child\'s record and the next time': 'Ask first at the library.',
  }, 'Record the interview');
  await act(page, 'Close the incident', { 'What happened, what was done, what was learned': 'Back by themselves.' }, 'Close it');
  await says(page, 'Isolde Marlpit, closed');
});
