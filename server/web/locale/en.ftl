### What the pages say in English. Every message has its twin of the same name in zh.ftl.

## Every page

skip-to-content = Skip to content
main-navigation = Main
nav-course = Courses
theme-dark = Use dark colours
theme-light = Use light colours
sign-in = Sign in
sign-out = Sign out
own-code-title = Process sandbox: for your own code, not for students.
own-code-why = This server has no containers: code runs with the rights of whoever started it. Do not run programs of others here, and do not open it to a network.
connection-lost = The connection to the server was lost; connecting again. Your code is kept on this computer.
moment = { DATETIME($at, dateStyle: "medium", timeStyle: "short") }
nothing = none
open = Open
points = Points
print = Print

## Signing in

login-lead = Deep-learning exercises that are marked at once. You write what stands between `Begin` and `End`; the rest is ready.
login-example = An example: the part between Begin and End is the student's
login-yours = from here on it is yours
login-name = Login name
password = Password
login-wait = Too many failed attempts; try again in { $n ->
    [one] a minute
   *[other] { $n } minutes
}.

## The account

account = Account
account-of = Account of { $name }
change-password = Change password
password-first = Choose a password of your own first.
password-first-why = The one you signed in with was made for you and only opens this page.
password-now = Present password
password-new = New password
password-again = New password, once more
password-rule = At least 8 characters. Your other browsers are signed out.
password-none = Your account has no password: you sign in through your organisation.
password-changed = The password is changed, and your other browsers are signed out.
sign-in-with = Sign in with { $name }
provider-link = Link with { $name }
provider-link-why = Once linked, you can also sign in with { $name }.
provider-linked = Your account is linked: you can sign in with { $name }.
provider-linked-now = The account is linked.
provider-leave = You now leave for { $name } and come back here afterwards.
provider-go = Go on to { $name }

## Courses

my-courses = My courses
no-courses = No courses yet
no-courses-why = Once your teacher has added you to a course, it appears here. With a join code you can come in by yourself.
join-course = Join a course
join-course-why = Your teacher gives you the code: ten characters. Capitals or not, blanks and hyphens make no difference.
join = Join
joined-now = You are in this course now.
joined-already = You were in this course already; your role stays what it was.
role-student = student
role-teacher = teacher
role-grader = grader
levels = Levels of the course
level = Level { $n }
quiz = quiz
course-lead = { $n ->
    [one] One level.
   *[other] { $n } levels.
} Where there is code, you only fill in what stands between `Begin` and `End`.
n-of-levels = { $n } of { $of }
level-passed = Passed
level-started = Started
level-judging = Being judged
level-locked = Not open yet
n-attempts = { $n ->
    [one] { $n } submission
   *[other] { $n } submissions
}
n-minutes = about { $n ->
    [one] one minute
   *[other] { $n } minutes
}
opens-at = opens { DATETIME($at, dateStyle: "medium", timeStyle: "short") }
due-at = due { DATETIME($at, dateStyle: "medium", timeStyle: "short") }
pass-first = pass level { $n } first
attempts-left = { $n ->
    [0] no attempts left
    [one] { $n } attempt left
   *[other] { $n } attempts left
}
times-in = Times are those of { $zone }.
start-level = Start this level
continue-level = Continue this level
review = Review
review-level = Review level { $n }
open-level = Open level { $n }
course-map = Course map
history = Submissions
history-of = { $title }: submissions
when = When
result = Result
attempt = Submission
nth = no. { $n }
nth-attempt = Submission { $n }
no-submissions = No submissions yet
chart-label = Scores of the submissions: { $scores }

## Workspace

on-this-page = On this page
task = Task
code = Code
run = Result
restore = Restore
submit-code = Submit
editor-label = { $file }: the shaded lines are read-only, what is inside the blue corners is yours
editor-help = Ctrl-Enter submits; Esc, then Tab leaves the editor
read-only = read-only
locked-line = This line is read-only; write between Begin and End.
region = Region { $n }
saved = Draft saved
whole-file = Send a whole file instead
send-file = Send file
nothing-answered = Answer the questions and submit them; the verdict appears here.
nothing-submitted = Write the code between `Begin` and `End` and submit it; the verdict appears here.
not-taken = This submission was not taken.
whole-verdict = Full verdict

## States of judging

state-queued = Queued
state-running = Running
state-training = Training
state-checking = Checking
state-done = Done
state-cancelled = Withdrawn
state-system_error = Fault of ours

phases = Progress
phase-queue = Queue
phase-run = Run
phase-train = Train
phase-check = Check
phase-verdict = Verdict
queue-ahead = { $n } ahead
queue-next = next
queue-about = { $place }, about { $time }
training-about = its turn in about { $time }
cancel = Withdraw
same-as-before = The same code has been judged before, and this is that verdict.
n-checks = { $n ->
    [one] { $n } check
   *[other] { $n } checks
}
n-epochs = { $n ->
    [one] { $n } epoch
   *[other] { $n } epochs
}
training-first = Waits for its turn to train; each epoch will appear here.
training-epoch = epoch { $epoch } of { $epochs }
training-some-epoch = epoch { $epoch }
training-run = the first training does not decide; training { $run } of { $runs }
training-loss = loss { $loss }
training-accuracy = accuracy { $percent } %
duration-ms = { $n } ms
duration-s = { $n } s

headline-queued = Waiting in the queue
headline-running = Running your code
headline-training = Training
headline-checking = Checking
headline-cancelled = This submission was withdrawn
headline-system_error = Something broke on our side
headline-passed = Passed, { $score } points
headline-failed = { $n ->
    [0] Not passed
    [one] One thing left to fix
   *[other] { $n } things left to fix
}
headline-stopped-line = An error in line { $line }

not-started = not made
lead-quiz = { $n } of { $of } questions are right.
lead-queued = You may leave this page; the result stays in your submissions.
lead-running = The structure checks will be here in a moment.
lead-training = The structure checks are done; this is the result so far. The verdict comes after the training.
lead-checking = Nearly there.
lead-cancelled = It gets no verdict, and no attempt was used.
lead-system_error = It is not your code, and no attempt was used. We have been told and will judge it again; you can also submit once more later.
lead-raised = The code raised an exception while it ran; the checks after it were not made.
lead-timed_out = The code ran for longer than it may and was stopped. Look for a loop that does not end.
lead-out_of_memory = The code used more memory than it may and was stopped. Look for an array or a layer that is too large.
lead-too_much_output = The code printed too much and was stopped. Remove the `print` from your loop.
lead-violation = The code did something that the sandbox forbids (such as using the network or starting a program) and was stopped.
lead-rejected = This submission was not run.

outcome-passed = Passed
outcome-failed = Not passed
outcome-raised = Error while running
outcome-timed_out = Timed out
outcome-out_of_memory = Out of memory
outcome-too_much_output = Too much output
outcome-violation = Forbidden action
outcome-rejected = Not run

## Verdict

provisional = Provisional
back-to-editor = Back to the editor
back-to-course = Back to the course map
try-again = Try again
each-check = Each check
checks = Checks
time-taken = Time
row-points = { $name }: { $earned } of { $points } points
mark-pass = Passed:
mark-fail = Not passed:
mark-follow = Not passed because of another:
mark-left = Not asked for:
mark-todo = Not checked yet:
mark-error = No result:
left-out = not asked for
expected = Expected
yours = Yours
see-line = See line { $line } in the editor
printed = What the code printed
what-was-sent = The submitted code
correction = Correction
correction-counts = Corrected by a teacher: counts { $points } / 100, { $result }.
correction-passed = passed
correction-failed = not passed
correction-by = { $name }, { DATETIME($at, dateStyle: "medium", timeStyle: "short") }; the verdict below is what the checks said.

input = Input
your-network = Your network
layer-wrong-legend = Other settings
layer-wrong = Differs
layer-missing = Missing
layer-extra = Extra
should-be = Should be
parameters-total = { $found } parameters in all.
parameters-of = { $found } parameters in all; { $wanted } expected.

## Quiz

question = Question { $n }
questions = Questions
question-single = one answer
question-multiple = several answers
question-numeric = a number
question-text = a word
numbers-only = A number only
your-answer = Your answer
your-choice = Your choice
right-answer = Right
answer-right = Right
answer-wrong = Not right
submit-answers = Submit answers

## Errors

error-400 = Not a valid request
error-401 = Please sign in
error-403 = Not possible
error-404 = Not found
error-405 = Cannot be opened this way
error-409 = Conflict
error-413 = Too large
error-422 = Does not fit
error-429 = Too often
error-500 = Something broke on our side
error-503 = Not available at the moment
error-other = Something went wrong
to-start = To the start
once-more = Try again
session-back = You are signed in again and can go on.

# The draft of an answer, on several devices
saved-here = Draft kept in this browser only, not sent yet
draft-differs = This draft was also changed on another device. Nothing is lost: choose with which one you go on.
draft-theirs = Take the other one
draft-mine = Keep what is here

# What handing in late costs
late-closed = closed: nothing more is taken in
late-costs = late: −{ $percent } % for each day begun, −{ $today } % now
late-free = late, but it costs nothing
late-closes = closes { DATETIME($at, dateStyle: "medium", timeStyle: "short") }
## The staff's side of a course

field-empty = Fill this in.
field-too-long = At most { $most } characters; these are { $n }.
field-unreadable = There are invisible control characters in it; delete them.
field-whole = A whole number from { $least } to { $most }.
field-share = A number from 0 to 100.
field-choice = Choose one.
field-zone = There is no such time zone; choose one from the list, such as Asia/Shanghai.
field-slug = Small letters, digits and hyphens only, not beginning with a hyphen.
staff-side = For staff
staff-pages = Staff pages
staff-tab-home = Overview
staff-tab-board = Live board
staff-tab-gradebook = Gradebook
staff-tab-statistics = Statistics
staff-tab-appeals = Appeals
staff-tab-roster = Roster
staff-tab-levels = Levels
staff-tab-settings = Settings
staff-tab-audit = Audit
staff-way-board = During a class: who is on which level, and who may need help. Made for a projector.
staff-way-gradebook = Everybody's score on every level; sort, filter, export.
staff-way-statistics = Which check stops most students, how many tries it takes, and how a quiz's questions did.
staff-way-appeals = Verdicts that students think wrong: look, answer, correct.
staff-way-roster = People, roles, the join code, and import from a CSV file.
staff-way-levels = Order, versions, opening and due times, attempts, and extensions for a person.
staff-way-settings = Title, time zone, rules for unlocking and lateness, the archive.
audit-all = Audit of the platform
audit-all-why = Who changed what, and when, in every course and outside of them.
staff-way-audit = Who changed what, and when.
staff-students = Students
staff-levels = Levels
staff-being-judged = Being judged
staff-waits = Waiting for you
staff-waits-n = { $n ->
    [0] Nothing waits for you
    [one] One thing waits for you
   *[other] { $n } things wait for you
}
staff-not-made = made for nobody yet
staff-waits-appeals = { $n ->
    [one] One appeal waits for an answer.
   *[other] { $n } appeals wait for an answer.
}
staff-waits-levels = The course hands out no exercise yet.
staff-waits-students = There are no students in the course yet.
staff-waits-versions = { $n ->
    [one] One level has a newer version.
   *[other] { $n } levels have a newer version.
}
staff-archived = This course is archived.
staff-archived-why = Nothing is taken in, and its rules stay as they are. Everything can be read; appeals can still be answered and verdicts rescored.
staff-archived-now = The course is archived.
staff-unarchived-now = The course is out of the archive.
staff-saved = Saved.
staff-save = Save
staff-back = Back
staff-title-zh = Title in Chinese
staff-title-en = Title in English
staff-zone = Time zone
staff-zone-why = All times of the course are shown and typed by this clock.
staff-unlock = Unlocking
unlock-free = All levels at any time
unlock-free-why = Only opening times matter.
unlock-in_order = One level after the other
unlock-in_order-why = A level opens once the one before it is passed.
staff-keep = Which submission counts
keep-best = The best one
keep-best-why = What was passed once stays passed.
keep-last = The last one
keep-last-why = A later submission may count less.
staff-late = Lateness
late-refused = Nothing is taken after the due time
late-refused-why = Except from those with an extension.
late-taken = Late submissions are taken at no cost
late-taken-why = The gradebook marks them.
late-penalty = Late submissions cost points for each day
late-penalty-why = For each day begun, by the share below.
staff-penalty = Penalty per day (%)
staff-penalty-why = Counts only where lateness costs points.
staff-rescore-notice = When a rescore changes a verdict
rescore-notice-off = Students are told nothing
rescore-notice-off-why = They find the new verdict when they look at the submission.
rescore-notice-shown = Students see a notice
rescore-notice-shown-why = On their map and beside the submission, with the rescore's reason, until they have seen it. No mail is sent.
staff-archive = Archive
staff-archive-why = Archive a course that is over: nothing is taken in any more, everything can be read, and it can be brought back.
staff-unarchive-why = Brought back, it takes submissions and changes again.
staff-archive-do = Archive the course
staff-unarchive = Bring the course back
staff-new-course = New course
staff-slug = Name in addresses
staff-slug-why = Small letters, digits and hyphens, such as deep-learning-2026; it cannot be changed later.
staff-person-added = Added to the course.
staff-role-changed = The role is changed.
staff-person-removed = Removed from the course; what they submitted is kept.
staff-code-made = There is a new code; the one before lets nobody in any more.
staff-code-removed = The join code is gone.
staff-import = Import a roster
staff-export-csv = Export CSV
staff-export-json = Export JSON
staff-add-person = Add a person
staff-add-why = They need an account here; importing a CSV file makes new ones.
staff-role = Role
staff-code = Join code
staff-code-none = There is none: people come in only when a teacher adds them.
staff-code-why = Whoever knows the code may join the course as a student, on the page of their courses.
staff-code-make = Make a code
staff-code-renew = Make a new one
staff-code-remove = Take it away
staff-people = People
staff-search = Name or login name
staff-all-roles = All roles
staff-find = Find
staff-name = Name
staff-since = Since
staff-role-of = Role of { $name }
staff-change = Change
staff-change-role-of = Change the role of { $name }
staff-remove = Remove
staff-remove-of = Remove { $name }
staff-remove-sure = Remove { $name } from the course?
staff-remove-why = They will not see the course any more. Submissions, scores and extensions are kept, and come back when they do.
staff-nobody = Nobody fits.
staff-more = More
staff-import-title = Import a roster
staff-import-wrong = { $n ->
    [one] One thing to mend in the file
   *[other] { $n } things to mend in the file
}
staff-import-ready = { $n ->
    [0] The file changes nothing
    [one] Ready: one change
   *[other] Ready: { $n } changes
}
staff-import-nothing-done = Nothing was imported. Mend these lines and choose the file again.
staff-import-changed = The roster has changed since the preview, and nothing was imported. Look at this preview and confirm again.
staff-import-do = { $n ->
    [one] Import one change
   *[other] Import { $n } changes
}
staff-import-other = Another file
staff-import-file = CSV file
staff-import-why = The first line names the columns: `login`, `name`, `role`, and `password` if you like. UTF-8, or what Excel writes.
staff-import-look = Look first
staff-import-safe = Looking changes nothing.
staff-example-one = Lin Zhiyuan
staff-example-two = Chen Ruoxi
staff-problems = Problems
staff-line = Line
staff-column = Column
staff-problem = Problem
staff-effect = What happens
staff-effect-new = new account
staff-effect-enrolled = joins
staff-effect-changed = changes role
staff-effect-unchanged = stays
staff-imported = { $n ->
    [one] One change imported
   *[other] { $n } changes imported
}
staff-passwords = First passwords
staff-passwords-once = These passwords are shown only now.
staff-passwords-why = Print them or write them down; each person chooses one of their own when they first sign in.
staff-first-password = First password
staff-level = Level
staff-version = Version
staff-version-newest = newest, { $name } ({ DATETIME($at, dateStyle: "medium") })
staff-version-of = { $name } ({ DATETIME($at, dateStyle: "medium") })
staff-newer = newer one available
staff-opens = Opens
staff-due = Due
staff-due-why = From then on the rule for lateness holds.
staff-closes = Closes
staff-closes-why = After it nothing is taken.
staff-attempts = Attempts
staff-attempts-why = Left empty, there is no limit.
staff-pace = Pause between submissions (s)
staff-pace-why = Left empty, there is none.
staff-move = Move
staff-up = Move { $name } up
staff-down = Move { $name } down
staff-no-levels = The course hands out no exercise yet.
staff-add-level = Add a level
staff-no-offers = Every exercise there is has its place in the course already.
staff-exercise = Exercise
staff-level-added = Added as the last level.
staff-level-removed = The level is removed.
staff-rules = Rules
staff-try = Try it
staff-remove-level = Remove this level
staff-remove-level-why = Only a level to which nobody has submitted can be removed.
staff-extensions = Extensions
staff-no-extensions = Nobody has one.
staff-extend = Extend
staff-extension-granted = The extension holds from now on.
staff-extension-withdrawn = The extension is withdrawn; what was taken in under it stays.
staff-extension-empty = Give a later time, or more attempts.
staff-new-due = New due time
staff-more-attempts = More attempts
staff-reason = Reason
staff-reason-why = Students do not see it on their pages, but it is in the data they can download.
staff-withdraw = Withdraw
staff-withdraw-of = Withdraw the extension of { $name }
staff-n-students = { $n ->
    [one] One student
   *[other] { $n } students
}
staff-only = Only
staff-only-everybody = everybody
staff-only-missing = without a verdict
staff-only-unpassed = not passed
staff-only-passed = passed
staff-only-late = late
staff-only-corrected = corrected
staff-any-level = any level
staff-n-of = { $n } of { $of }
staff-show-all = Show all
staff-heat = What counts on each level
staff-none = No verdict
staff-late-mark = late
staff-corrected-mark = corrected
staff-days-late = { $n ->
    [one] { $n } day late
   *[other] { $n } days late
}
staff-total = Total
staff-median = Median
staff-judged = With a verdict
staff-pages-of = Pages
staff-page = Page { $n } of { $of }
staff-page-before = Previous
staff-page-after = Next
staff-counts = What counts
staff-remarks = Remarks
staff-person = All of this student's work
staff-submitted = Submitted
staff-passed = Passed
staff-tries = Tries to pass (median)
staff-failed-of = { $n } of { $of } failed it ({ $percent } %)
staff-worst = Most students are stopped by “{ $name }”.
staff-worst-why = { $n ->
    [one] For one student it is the first failed check of the latest submission.
   *[other] For { $n } students it is the first failed check of the latest submission.
}
staff-per-check = How often each check fails
staff-per-question = How often each question goes wrong
staff-first-try = First submission
staff-latest-try = Latest submission
staff-as-table = As a table
staff-check = Check
staff-first-failed = Failed at first
staff-first-stopped = Stopped at first
staff-latest-failed = Failed latest
staff-latest-stopped = Stopped latest
staff-skipped = Not made latest
staff-scores = Scores
staff-used = Attempts used
staff-items = The questions
staff-items-why = First attempts only. Difficulty is the share that was right; discrimination is how being right goes with the score of the other questions.
staff-weak = tells little
staff-difficulty = Difficulty (share right)
staff-discrimination = Discrimination
staff-option = Option
staff-chosen = Chosen by
staff-no-statistics = Nothing to count yet
staff-no-statistics-why = With the first verdict this page begins to tell which check stops people.
staff-appeal-open = Open
staff-appeal-upheld = Student was right
staff-appeal-rejected = Verdict stands
staff-filter = Filter
staff-all = All
staff-student = Student
staff-says = What they say
staff-state = State
staff-no-appeals = No appeals
staff-no-appeals-why = When students think that a verdict is wrong they say so from its page, and it appears here.
staff-appeal-of = Appeal of { $name }
staff-student-says = What the student says
staff-answer = Answer
staff-answered-now = Answered; the student sees it.
staff-decision = Decision
decision-upheld = The student is right
decision-upheld-why = The score stays for now, for example because all will be judged again.
decision-corrected = The student is right: correct the score
decision-corrected-why = From now on the submission counts what stands below; its verdict is kept.
decision-rejected = The verdict is right
decision-rejected-why = Say why, so that the student can go on.
staff-new-score = Corrected points
staff-new-score-why = 0 to 100; counts only with a correction.
staff-counts-passed = It counts as passed
staff-answer-words = What the student reads
staff-answer-why = With a correction it is the reason of that too.
staff-answer-send = Send the answer
staff-lifted = lifted
staff-known = Make it a known submission
staff-known-why = The program becomes a file for the exercise's `submissions/` folder: before each publication its verdict is checked. No person is named in it.
staff-folder = The right verdict
staff-folder-itself = by the answer to the appeal
staff-known-file = Download the file
staff-action = Action
staff-subject = Subject
staff-who = Who
staff-what = What changed
staff-platform = the platform
staff-no-events = No such events.
staff-names-off = Hide names
staff-names-on = Show names
staff-board-still = Without scripts the board does not move by itself; reload the page.
staff-board-lost = The connection to the server was lost; connecting again. The board stands still meanwhile.
staff-present = { $n } of { $of } students at work
staff-n-stuck = { $n ->
    [one] one may need help
   *[other] { $n } may need help
}
staff-n-passed = { $n } / { $of } passed
standing-judging = being judged
standing-stuck = several tries and not there yet: ask how you can help
standing-working = at work
standing-quiet = quiet for ten minutes
standing-finished = passed
people = People
people-all = Everybody
people-add = New account
people-add-why = The first password is shown once.
people-rights = Rights
people-is_author = Author
people-is_author-why = May import exercises and make courses.
people-is_admin = Administrator
people-is_admin-why = May do everything, people included.
people-disabled = Shut out
people-disabled-why = Signed out everywhere at once and cannot sign in; their work is kept.
people-reset = New password
people-reset-why = Makes a password to be used once, and signs out all their browsers.
people-end-tokens = Revoke all their API tokens too
people-password-once = First password, shown only now:
## Authoring

nav-authoring = Authoring
exercises = Exercises
exercises-lead = The exercises that you write or hand out: which version is in use, and how they are doing.
exercise = Exercise
import-exercise = Import an exercise
import-how = Drop the exercise's `zip` here, or choose the file (a `git bundle` will do as well). At most 32 MiB. It goes through the publishing gate first; nothing is published by that.
import-file = The exercise's file
import-send = Upload
import-no-file = Choose a file first.
not-imported = { $file } was not imported:
not-imported-nothing = Nothing was imported:
new-exercise = Write a new exercise
exercise-id = Id of the exercise
exercise-id-help = Small letters, digits and hyphens, such as `two-moons`; it cannot be changed once imported.
begin-writing = Begin from the template
drafts = Drafts
drafts-why = for your eyes only
draft = draft
changed-at = changed { DATETIME($at, dateStyle: "medium", timeStyle: "short") }
go-on = Go on
go-on-with = Go on with { $id }
go-on-writing = Go on with the draft
candidates = Not published yet
candidates-why = you decide when to publish what passed the gate
remove = Remove
import-checking = being checked
import-ready = ready to publish
import-refused = did not pass
import-system_error = fault of ours
import-published = published
published-exercises = Published
newest-version = Newest version
n-versions = { $n ->
    [one] one version
   *[other] { $n } versions
}
gate = Gate
gate-none = not checked here
gate-passed = passed
gate-failed = did not pass
gate-survivors = { $n ->
    [0] no survivor
    [one] one survivor
   *[other] { $n } survivors
}
threshold = Threshold
no-threshold = asks for no accuracy
false-fail-short = { $odds } wrongly failed
not-passed = Not passed
n-judged = of { $n } judged
nothing-judged = nothing judged
handed-out-by = Handed out by
by-nobody = no course
by-nobody-why = None of your courses hands this exercise out yet.
older-version = older version
newest = newest version
no-exercises = Nothing published yet
no-exercises-why = Import an exercise, or write one from the template; once it passes the gate you can publish it.
edit-newest = Edit the newest version
pin-moved = “{ $course }” now hands out version { $version }. What was submitted stays judged by the version that it was for.
pin-why = another version counts for submissions from then on
version-for = The version that “{ $course }” hands out
hand-out = Hand this out
versions = Versions
version = Version
published-at = Published
deeds = Actions
diff-from = Compare from { $version }
diff-to = Compare with { $version }
download = Download zip
compare-versions = Compare the two
make-another = Make another exercise of it
make-another-do = Copy as a new one
diff-title = Compared versions
diff-count = { $n ->
    [one] One file differs
   *[other] { $n } files differ
}
diff-none = The two versions are the same.
diff-view = How it is shown
diff-split = Side by side
diff-unified = Unified
diff-added = added
diff-removed = removed
diff-changed = changed
diff-no-text = Not a text, or too long to be compared line by line.
diff-was = Before
diff-is = After
diff-line-old = Line before
diff-line-new = Line after
diff-gap = lines that are the same are left out
publish = Publish
check-again = Check again
back-to-draft = Back to the draft
connection-lost-gate = The connection to the server was lost; connecting again. The check goes on meanwhile.
gate-at-work = The gate is at work
gate-waits = Waiting for the gate
gate-waits-why = Students' submissions go first; it begins by itself.
gate-last = judged last: { $file }
gate-broken-so-far = { $n } not as promised so far
import-now-ready = It passed the gate and is ready to publish.
import-now-refused = It did not pass the gate. Mend what the report below names, and send it again.
import-now-system_error = The check could not be finished through a fault of ours; it says nothing about the exercise. Check it again.
import-now-published = It is published, and never changes from now on.
see-report = See the report
look-at-survivors = { $n ->
    [one] One mutant survives
   *[other] { $n } mutants survive
}, which does not keep it from being published but is worth a look.
to-exercise = To the exercise
published-in-spite = Published by an administrator although the gate had not let it pass: { $reason }
pin-here = Let courses hand this version out
hands-out = hands out { $version } now
move-to = Move to { $version }
overrule = Publish in spite of the gate
overrule-reason = Why (kept in the audit)
overrule-do = Publish anyway
gate-report = What the gate found
gate-line = line { $n }
gate-quiz = All files are there and every key is known. A quiz has no code to judge.
gate-promises = Promised verdicts
gate-promises-lead = the solution passes, the bare stub does not, known solutions end as their folders say
gate-mutants = Mutants
gate-mutants-lead = the solution with one thing made wrong, to see whether the checks notice
gate-statement = Statement and checks
gate-numbers = numbers that checks ask for and the statements tell
gate-missing = Numbers that the statement does not tell
gate-statement-which = Statement
gate-key = Key
gate-number = Number
gate-calibration-stale = The calibration is out of date
gate-calibration-well = the calibration fits
gate-tally = { $killed } of { $all } mutants noticed
gate-stale = These kinds are declared equivalent, but no survivor is one of them; delete them:
gate-survivors-lead = Add a check, or say in `exercise.toml` under `[[equivalent_mutants]]` why it is right as well.
gate-no-survivors = No survivors: every mistake was noticed.
gate-file = File
gate-said = Judged
gate-broken = not as promised
gate-kept = as promised
gate-environment = Environment
gate-took = took { $n } s
draft-parts = Parts of the draft
stub-and-solution = Code
draft-checks = Checks
draft-questions = Questions
known-solutions = Known solutions
files = Files
discard = Discard
check-it = Check it
save = Save
save-why = saved into the draft only; students see nothing of it
draft-saved = Saved.
draft-there = You have a draft of this exercise already: this is it. Discard it first to begin from elsewhere.
draft-sent = What was sent to the gate last, { $version }:
draft-mend-first = Mend what is listed below first; then it can be checked.
n-problems = { $n ->
    [one] One thing to mend
   *[other] { $n } things to mend
}
statement-zh = Chinese statement
statement-en = English statement
statement-help = Markdown, with formulas between `$` signs
preview-zh = Preview of the Chinese statement
preview-en = Preview of the English statement
conflict-compare = { $path }: what is saved on the left, what you wrote on the right
conflict-how = Save once more to keep yours in its place; to keep what is on the left, open this page anew.
file-stub = What students get
file-stub-help = Students write between Begin and End.
file-solution = The solution
file-solution-help = The same file, with the answer between Begin and End.
form-and-text = The form on the left and `exercise.toml` on the right say the same: change either, the other follows. Comments stay.
form-no-toml = The text beside is no valid TOML yet; once it is, the form is here again.
toml-well = Nothing wrong.
toml-left-out = left out ({ $default })
toml-left-empty = left out
yes = yes
no = no
field-no-table = A line cannot be read: write one entry a line, as key = value, with commas between.
field-tables = one entry a line
field-list = with commas between
entry-up = Move up
add = Add
solutions-lead = Programs of which you know how they must end. The gate sees whether each gets the verdict that it must.
must-passed = Must pass
must-raised = Must raise an error
must-timed_out = Must run out of time
must-out_of_memory = Must run out of memory
must-too_much_output = Must print too much
must-violation = Must be stopped by the sandbox
must-rejected = Must not be taken in
must-fail-first = Must fail { $check } first
not-checked = not checked yet
add-solution = Add a known solution
solution-verdict = The verdict that it must get
solution-name = Name
size = Size
n-bytes = { NUMBER($n) } bytes
built-by = built by { $source }
add-file = Add a file
folder = Folder
folder-data = inputs of students' code
folder-private = answers, never seen by students' code
folder-top = at the top (calibration.json)
file-from-here = File on this computer
file-replace = replace one of this name
back = Back
discard-sure = Discard the draft of { $id }?
discard-why = What is in the draft and was not published is lost for good. Versions that were sent to the gate or published stay.
discard-do = Discard the draft
keep-writing = No, go on writing
false-fail = A right solution fails with a probability of
one-in = about one in { NUMBER($n) }
threshold-fair = fair
threshold-too-high = too high
threshold-too-low = passes what learnt nothing
no-calibration = Nothing was measured yet
calibration-runs = the solution trained with { $n } seeds
calibration-histogram = Histogram of the calibration
calibration-said = Histogram of the solution's accuracy over { $n } trainings, mean { $mean }. At a threshold of { $threshold } a right solution fails with { $odds }.
baseline = best baseline: { $name }, { $accuracy }
advice = advised: { $threshold }
accuracy-axis = accuracy on hidden data
count-axis = trainings
at-least = Accuracy at least
threshold-look = Look at this threshold
threshold-save = Write into the draft
threshold-advice = Take the advised { $threshold }
threshold-now = the draft says { $threshold } now
mean-and-sd = mean { $mean }, standard deviation { $sd }
calibrate-title = Measure it here
calibrate-do = Measure it here
calibrate-again = Measure again
calibrate-nothing-yet = The accuracy that the check asks for is a guess so far. Have it measured below: the page then shows how often a right solution would fail.
calibrate-no-check = No check of the draft asks for an accuracy, so there is no threshold to choose. Add such a check under
calibrate-what = The solution is trained with { $n } seeds; then the network before any training and one linear layer, which show what is too little: { $total } trainings in all, on the platform's machines.
calibrate-how-long = Each takes about as long as a student waits for this exercise. They run one after the other, and students go first. You may leave the page, and write on: only data, solution and what is trained must stay as they are.
calibrate-or = or run `beginend exercise calibrate { $id }` yourself and add its `calibration.json` under Files
calibrate-at-work = Being measured
calibrate-training = Training { $n } of { $of }
calibrate-waits = Waiting for the first training
calibrate-waits-why = Students' submissions go first; it begins by itself.
calibrate-first = Accuracies and the time that is left appear here after the first training.
calibrate-latest = { $what }: { $accuracy }
calibrate-trial-reference = the solution
calibrate-trial-untrained = the network before any training
calibrate-trial-linear = one linear layer
calibrate-left-seconds = about { $n } s left
calibrate-left-minutes = about { $n } min left
calibrate-stop = Stop measuring
calibrate-reload = Look again
calibrate-see = See the histogram
calibrate-back = Back to the threshold
calibrate-connection-lost = The connection to the server was lost; connecting again. The measuring goes on meanwhile.
calibrate-done = { $n } trainings were measured, and `calibration.json` lies in the draft.
calibrate-cancelled = Stopped after { $n } trainings; the draft is as it was.
calibrate-system-error = The measuring could not be finished through a fault of ours; it says nothing about the exercise. Measure again; if that happens twice, tell whoever runs the platform.
calibrate-changed = Something that the training depends on was changed while it was measured ({ $what }), so the result does not fit the draft any more and was not kept. Measure again.
calibrate-comma = , { "" }
calibrate-part-data = data
calibrate-part-solution = solution
calibrate-part-recipe = what is trained, and how
calibrate-part-draft = the draft is no exercise that could be read
calibrate-no-accuracy = A training gave no accuracy ({ $what }, seed { $seed }): { $why } Mend the draft, and measure again.
calibrate-no-data = The data that the draft lists cannot be built: { $why }. Mend `[[data]]`, and measure again.
calibrate-no-program = `solution.py` is no Python that could be read. Mend it, and measure again.
calibrate-no-baseline = There is nothing to compare the solution with. A calibration needs a `[training]` or a real run, and a check of kind layers whose network ends in a Dense layer.
calibrate-no-threshold = No threshold is both far enough below the solution and above what has learnt too little. Change the data: more rows to train on raise the solution, more hidden rows narrow its spread.
kind-layers = Layers
kind-behaviour = What the network computes
kind-parameters = Parameters
kind-images = Images
kind-one_hot = One-hot labels
kind-compile = Compile settings
kind-training = Training
kind-returns = What is returned
kind-accuracy = Accuracy
kind-model = Model
kind-folder = Folder of pictures
kind-real_run = Real training
kind-equivalent_mutants = Equivalent mutant
kind-data = Built data
kind-questions = Question
kind-single = one answer
kind-multiple = several answers
kind-numeric = a number
kind-text = short text
toml-exercise = The exercise
toml-captures = Functions that are called
toml-checks = Checks
toml-questions = Questions
toml-equivalent_mutants = Equivalent mutants
toml-data = Data that the platform builds
toml-id = Id
toml-kind = Kind
toml-order = Order
toml-title = Title
toml-summary = Summary
toml-minutes = Minutes it takes
toml-runtime = Runtime
toml-file_name = Name of the student's file
toml-whole_file = Whole files are taken
toml-compat = Older spellings
toml-isolation = Isolation
toml-seed = Seed
toml-limits = Limits of a run
toml-training_limits = Limits of a training
toml-wall_seconds = Seconds
toml-memory_mib = Memory in MiB
toml-output_kib = Output in KiB
toml-training = How the judge trains
toml-capture = Which call
toml-train_inputs = Training inputs
toml-train_targets = Training targets
toml-test_inputs = Test inputs
toml-test_targets = Hidden test targets
toml-divide_by = Divided by
toml-add_channel = Adds a channel axis
toml-optimizer = Optimizer
toml-learning_rate = Learning rate
toml-loss = Loss
toml-epochs = Epochs
toml-batch_size = Batch size
toml-hidden = Keys not told in the statement
toml-function = Function
toml-input_shape = Input shape
toml-input_dtype = Input type
toml-pictures = Zip of pictures
toml-size = Height, width
toml-folder = Name of the folder
toml-trailing_slash = Path ends with a slash
toml-rows = Training rows
toml-test_rows = Test rows
toml-network = Network
toml-train_pictures = Training pictures
toml-test_pictures = Test pictures
toml-weight = Weight
toml-required = Must be passed
toml-hint = Hint on failure
toml-depends_on = Only if these passed
toml-policy = Policy
toml-initialisers = Initialisers
toml-names = Names
toml-regularisers = Regularisers
toml-frozen = Frozen layers
toml-dtype = Data type
toml-dropout_of_nothing = Dropout of nothing
toml-relu_after_pooling = Activation after pooling
toml-extra_flatten = Extra Flatten
toml-repeated_activations = Repeated activations
toml-expected = Expected
toml-captures-of = Which calls
toml-decide = What is right
toml-tolerance = Tolerance
toml-threshold = Threshold
toml-spread = Spread
toml-name = Name
toml-line = The line contains
toml-reason = Reason
toml-path = Path
toml-sha256 = sha256
toml-source = Recipe
toml-prompt = Question
toml-options = Options
toml-partial = Partial credit
toml-reveals = Shown to students
### Pages of students: verdict, curves of training, workspace, history

output = Output
shape-off = the shape differs
n-parameters = { $n ->
    [one] one parameter
   *[other] { $n } parameters
}
in-line = {" "}in line { $line }
no-such-layer = (no such layer)
curve-loss = Loss
curve-accuracy = Accuracy
curve-label = { $name }, epoch by epoch: { $values }
each-epoch = per epoch
asked-for = { $value } asked for
rescored-title = A rescore changed your verdict
rescored-which = { $title }, attempt { $n }
rescored-colon = {": "}
rescored-line = { DATETIME($at, dateStyle: "medium", timeStyle: "short") }, from { $before } to { $after } points.
rescored-corrected = { DATETIME($at, dateStyle: "medium", timeStyle: "short") }. Your teacher has set its points by hand; they stay.
rescored-reason = The reason: { $reason }
rescored-more = and { $n } more, which their pages tell of.
rescored-seen = Got it
my-appeals = Reports about this verdict
my-appeal = Is this check wrong? Tell your teacher
my-appeal-whole = Is this verdict wrong? Tell your teacher
my-appeal-words = What is wrong about “{ $name }”
my-appeal-help = Your teacher sees your code, this verdict and these words; the answer appears on this page.
my-appeal-send = Send report
my-appeal-empty = Say what is wrong first, then send it.
my-appeal-long = That is too long: { $n } characters at most.
my-appeal-said = You reported this on { DATETIME($at, dateStyle: "medium", timeStyle: "short") }:
my-appeal-open = Waits for an answer
my-appeal-open-why = Your teacher's answer appears here.
my-appeal-upheld = You were right
my-appeal-rejected = The verdict stands
my-appeal-answered = { $name }, { DATETIME($at, dateStyle: "medium", timeStyle: "short") }
compare = Compare
compare-title = What changed from submission { $old } to { $new }
compare-old = Before
compare-new = After
compare-counts = { $gone ->
    [one] one line removed
   *[other] { $gone } lines removed
}, { $new ->
    [one] one line added
   *[other] { $new } lines added
}
compare-same = The code of both submissions is the same.
compare-caption = Line by line: both line numbers, then the code
compare-latest = Compare the latest two
compare-with-before = Compare submission { $n } with the one before
line-gone = removed:
line-new = added:
restore-attempt = Restore submission { $n } in the editor
restore-short = Restore
restored = Submission { $n } is in the editor. Ctrl-Z brings your draft back.
not-restored = Submission { $n } was a whole file that does not fit the regions; open it among your submissions and copy from there.
copy = Copy
copied = Copied
split = Split between statement and code
full-screen = Editor in the whole window
learning = How it learned
reading = How it judged what it had never seen
reading-counts = { $n } in all, { $wrong } misjudged
matrix = Confusion matrix
matrix-caption = Confusion matrix: rows are the right classes, columns what the network took them for
matrix-taken = Taken for
matrix-right = Right class
matrix-worst = Most often { $right } was taken for { $taken } ({ $n } ×). Red frames count mistakes.
misjudged = Misjudged pictures
misjudged-some = { $n } of { $of }
misjudged-alt = A { $right }, taken for { $taken }
unlocks = Passing it opens: { $title }
session-ended = Your session has ended; your draft is safe.
session-ended-why = What you wrote is kept on this computer. Sign in and you are back where you were; no attempt was used.
copy-link = Copy link

## Rescoring

staff-tab-rescores = Rescoring
staff-way-rescores = A check was wrong or a threshold moved: judge anew, see what would change, then apply or discard.
rescore-waits = { $n ->
    [one] One rescore is worked out and waits to be applied or discarded.
   *[other] { $n } rescores are worked out and wait to be applied or discarded.
}
rescore-lead = Judge existing submissions anew: see what would change, then decide whether it counts. Until then students read what they always read.
rescore-new = New rescore
rescore-none = Nothing has been rescored yet
rescore-none-why = When a check was wrong, a threshold moves or the environment is renewed, existing submissions can be judged again. Nothing changes until you apply it.
rescore-about = About
rescore-submissions = Submissions
rescore-result = Result
rescore-state-running = Running
rescore-state-paused = Paused
rescore-state-cancelled = Cancelled
rescore-state-ready = Waits for you
rescore-state-applied = Applied
rescore-state-discarded = Discarded
rescore-state-undone = Undone
rescore-n-applied = { $n ->
    [one] { $n } counts now
   *[other] { $n } count now
}
rescore-n-undone = { $n } taken back
rescore-by-itself = What would suffice by itself: { $why }
rescore-n-change = { $n } would change
rescore-n-of = { $n } of { $of } done
rescore-comma = , { "" }
rescore-at-once = less than a second
rescore-seconds = about { $n } s
rescore-minutes = about { $n } min
rescore-hours = about { $n } h { $minutes } min
rescore-every-level = All levels
rescore-scope-version = judged by version { $name }
rescore-scope-outcomes = verdict at present: { $names }
rescore-scope-check = check { $name }: { $outcome }
rescore-trial = trial of the sandbox image { $name }
rescore-trial-why = This rescore only tries a sandbox image that is not in use yet; “beginend rescore upgrade” works it out. It is to be looked at and never counts.
rescore-scope-image = environment { $name }
rescore-scope-since = submitted since { DATETIME($at, dateStyle: "medium", timeStyle: "short") }
rescore-scope-until = submitted before { DATETIME($at, dateStyle: "medium", timeStyle: "short") }
rescore-scope-students = { $n ->
    [one] one student
   *[other] { $n } students
} by name
rescore-scope-submissions = { $n ->
    [one] one submission
   *[other] { $n } submissions
} by id
rescore-check-passed = passed
rescore-check-failed = failed
rescore-check-skipped = not checked
rescore-check-error = no result
rescore-check-any = has it
rescore-new-lead = Choose by which version, and which submissions. The next step shows how many there are and how long it takes; nothing starts yet.
rescore-by = Judged by what
rescore-by-every = Each level is judged anew by the version that the course hands out now.
rescore-to = Judge anew by this version
rescore-to-handed-out = the version handed out now ({ $name })
rescore-from = Those judged by this version
rescore-any-version = any version
rescore-any = any
rescore-reason-why = For those who read it later, such as: the threshold was too high.
rescore-which = Which submissions
rescore-which-why = All, if nothing is filled in; all that is filled in must hold.
rescore-outcomes = Verdict at present
rescore-check = Check
rescore-check-how = How it came out
rescore-since = Submitted at or after
rescore-until = Submitted before
rescore-until-first = The end must be later than the beginning.
rescore-image = Environment of the verdict (sandbox image)
rescore-students = Only these students
rescore-students-why = Login names, with spaces, commas or line breaks between.
rescore-strangers = Nobody in the course is called: { $names }
rescore-too-many = { $most } login names at most; for more, ask for something else.
rescore-how = How
rescore-how-why = Rarely to be changed: the depth is chosen, and it goes as fast as it may.
rescore-depth = Depth
rescore-depth-auto = By itself: the least that suffices
rescore-depth-auto-why = Chosen by comparing the two versions, and explained; single submissions go deeper where they must.
rescore-depth-recheck = Check again only
rescore-depth-recheck-why = On stored evidence; no code runs. The fastest.
rescore-depth-rejudge = Judge again
rescore-depth-rejudge-why = Train or compare again on what students' code left; none of their code runs.
rescore-depth-rerun = Run everything again
rescore-depth-rerun-why = Students' code runs again. The slowest.
rescore-per-minute = At most per minute
rescore-per-minute-why = Empty: as fast as no student is kept waiting.
rescore-repeats = Further runs where a result differs for no reason
rescore-repeats-why = They show how much it varies; 0 to 10.
rescore-look = Look first
rescore-look-why = Only counts and estimates; nothing starts.
rescore-plan-title = { $n ->
    [one] One submission will be judged anew
   *[other] { $n } submissions will be judged anew
}
rescore-nothing-counts = Present verdicts stay as they are; once it is worked out you decide whether it counts.
rescore-asked = Asked for
rescore-no-faster = at most { $n } per minute
rescore-how-deep = How deep it goes, and why
rescore-versions = Versions
rescore-programs = Different programs
rescore-cost = Estimated time
rescore-cost-one-worker = Estimated time on one worker
rescore-cost-unknown = not known yet
rescore-runs-aside = Identical programs run once; while a student waits for a verdict, the rescore steps aside.
rescore-nothing-runs = No code runs; stored evidence is checked again.
rescore-start = { $n ->
    [one] Start, one submission
   *[other] Start, { $n } submissions
}
rescore-change-asked = Change what is asked
rescore-title-running = { $of ->
    [one] Rescoring one submission
   *[other] Rescoring { $of } submissions
}
rescore-title-paused = Paused: { $n } of { $of } done
rescore-title-cancelled = Cancelled: { $n } of { $of } were done
rescore-title-ready = { $n ->
    [0] No verdict would change
    [one] One verdict would change
   *[other] { $n } verdicts would change
}
rescore-title-words = { $n ->
    [one] No verdict would change; one would be told otherwise
   *[other] No verdict would change; { $n } would be told otherwise
}
rescore-title-applied = { $n ->
    [one] One new verdict counts now
   *[other] { $n } new verdicts count now
}
rescore-title-discarded = This rescore was discarded
rescore-title-undone = { $n ->
    [one] One verdict was taken back
   *[other] { $n } verdicts were taken back
}
rescore-no-pace = estimating the time that is left
rescore-on-image = Only in the sandbox image { $name }
rescore-nobody = no worker does rescores at present, so this waits; it goes on by itself when one does
rescore-nobody-on-image = nobody judges in the sandbox image { $name } at present, so this waits; it goes on by itself when a worker has it
rescore-pace = { $left } left, { $n } per minute
rescore-tenth = { $label }: { $before } now, { $after } then
rescore-made = { $name }, { DATETIME($at, dateStyle: "medium", timeStyle: "short") }
rescore-applied-at = applied { DATETIME($at, dateStyle: "medium", timeStyle: "short") }
rescore-progress = Progress of the rescore
rescore-n-errors = { $n ->
    [one] one error
   *[other] { $n } errors
}
rescore-n-up = Up { $n }
rescore-n-down = Down { $n }
rescore-n-level = Level { $n }
rescore-change-up = up
rescore-change-down = down
rescore-change-level = level
rescore-not-yet = No result yet
rescore-lost = The connection is lost, so progress stands still; it goes on by itself once it is back.
rescore-pause = Pause
rescore-resume = Go on
rescore-cancel = Cancel the rescore
rescore-reload = Look again
rescore-no-limit = no limit
rescore-set-pace = Set
rescore-still-old = Until you apply it, students read their present verdicts.
rescore-errors = { $n ->
    [one] One could not be rescored
   *[other] { $n } could not be rescored
}
rescore-errors-why = The fault is ours and not the students'. Decide before anything is applied: try again, or keep the present verdicts.
rescore-again-all = { $n ->
    [one] Work it out again
   *[other] Work these { $n } out again
}
rescore-keep-all = { $n ->
    [one] Keep its present verdict
   *[other] Keep all { $n } present verdicts
}
rescore-again = Try again
rescore-again-of = Try again: { $name }
rescore-keep = Keep present verdict
rescore-keep-of = Keep present verdict: { $name }
rescore-present = Present verdict
rescore-present-of = Present verdict of { $name }
rescore-fault = What went wrong
rescore-and-more = And { $n } more.
rescore-n-kept = { $n ->
    [one] One could not be rescored and keeps its present verdict.
   *[other] { $n } could not be rescored and keep their present verdicts.
}
rescore-look-at = Look
rescore-conflicts = { $n ->
    [one] One verdict has changed since it was rescored
   *[other] { $n } verdicts have changed since they were rescored
}
rescore-conflicts-why = They are never overwritten. Work them out again from how things stand now, or apply the others only.
rescore-matrix = Verdicts
rescore-matrix-caption = Verdicts: rows are those before, columns those after
rescore-now = Before
rescore-then = After
rescore-sum = Sum
rescore-unchanged = same
rescore-scores = Scores
rescore-top-tenth = 90 points and more: { $before } before, { $after } after.
rescore-causes = Why they change
rescore-cause = Cause
rescore-cause-rule = Rule
rescore-cause-rule-why = The facts are the same; the rules of the exercise or of our checks differ.
rescore-cause-environment = Environment
rescore-cause-environment-why = The same program did something else on another image, processor or library.
rescore-cause-noise = Noise
rescore-cause-noise-why = It did something else although rules and environment are the same; it was run several times to see how much it varies.
rescore-list = Verdicts that change
rescore-falls-first = Errors and falls stand first
rescore-tab-all = All
rescore-tab-down = Down
rescore-tab-up = Up
rescore-tab-level = Level
rescore-tab-words = Only told otherwise
rescore-no-filter = Clear the filter
rescore-only-cell = Only:
rescore-side-by-side = Side by side
rescore-side-by-side-of = Both verdicts of { $name } side by side
rescore-counts-now = Counts now
rescore-changed-since = Changed since
rescore-none-listed = No submission fits.
rescore-check-why = { $name }: { $why }
rescore-more-checks = and { $n } more
rescore-decide = Apply or discard
rescore-decide-errors = { $n ->
    [one] Decide about the one that could not be rescored first.
   *[other] Decide about the { $n } that could not be rescored first.
}
rescore-will-fall = { $n ->
    [one] One verdict will fall.
   *[other] { $n } verdicts will fall.
}
rescore-none-falls = No verdict falls.
rescore-nothing-to-apply = There is nothing to apply.
rescore-undo-later = Students read the new verdicts at once; it can be undone later.
rescore-discard = Discard the rescore
rescore-to-errors = See the errors
rescore-apply-all = { $n ->
    [one] Apply one change
   *[other] Apply { $n } changes
}
rescore-apply-part = { $n ->
    [one] Apply only the one filtered
   *[other] Apply only the { $n } filtered
}
rescore-apply-words = { $n ->
    [one] Apply one new explanation
   *[other] Apply { $n } new explanations
}
rescore-words-sure = { $n ->
    [one] Apply one new explanation?
   *[other] Apply { $n } new explanations?
}
rescore-apply-one = Apply only this one
rescore-apply-sure = { $n ->
    [one] Apply one change?
   *[other] Apply { $n } changes?
}
rescore-apply-why = Students read the new verdicts at once and the gradebook follows; corrections by hand are not touched. It can be undone later.
rescore-cannot-apply = It cannot be applied now
rescore-only-part = Only what was filtered is applied; the rest stays as it is and can be applied later.
rescore-rest-only = { $n ->
    [one] One more verdict has changed since it was rescored; it stays as it is.
   *[other] { $n } more verdicts have changed since they were rescored; they stay as they are.
}
rescore-undo = Undo
rescore-undo-sure = { $n ->
    [one] Take one verdict back?
   *[other] Take { $n } verdicts back?
}
rescore-undo-why = The verdicts before count again, and students read them at once. What was judged again since stays as it is. Afterwards this rescore cannot be applied any more.
rescore-cancel-sure = Cancel this rescore?
rescore-cancel-why = { $n ->
    [one] The one that is worked out will not count, and it cannot go on; present verdicts stay as they are.
   *[other] The { $n } that are worked out will not count, and it cannot go on; present verdicts stay as they are.
}
rescore-cancel-rest = What was applied of it goes on counting. The rest is given up: what is not worked out yet can be worked out again later.
rescore-rest-counts = What was applied of it counts all the while; the rest counts once you apply it.
rescore-discard-sure = Discard this rescore?
rescore-discard-why = { $n ->
    [one] What was worked out is deleted for good; present verdicts stay as they are.
   *[other] What was worked out for { $n } submissions is deleted for good; present verdicts stay as they are.
}
rescore-done-paused = Paused; what is in hand is still finished.
rescore-done-running = It goes on.
rescore-done-paced = The pace is set.
rescore-done-cancelled = Cancelled.
rescore-done-discarded = Discarded; nothing has changed.
rescore-done-undone = Undone; the verdicts before count again.
rescore-done-applied = Applied; students read the new verdicts now.
rescore-done-again = They are being worked out again.
rescore-done-kept = They keep their present verdicts.
rescore-item-title = Both verdicts of { $name }
rescore-next = Next one
rescore-setting = Setting
rescore-env = What differs in the environment
rescore-env-image = Sandbox image
rescore-env-cpu = Processor
rescore-env-seed = Random seed
rescore-env-threads = Threads
rescore-env-isolation = Isolation
rescore-env-backend = Sandbox
rescore-spread = The same program, run { $n } times
rescore-spread-why = Points from { $lowest } to { $highest }.
rescore-same = Judged anew it comes to exactly what it is.
rescore-words-only = Verdict and points stay; only what the student is told differs.
### The guides

nav-help = Help
help-title = Guides
help-lead = How to do what you want to do, task by task. No account is needed to read them.
help-contents = Contents
help-others = The other guides
help-page = Help with this page
my-data = Your data
my-data-why = Your data in one file: account and sessions, courses and extensions, drafts, submissions with verdicts, reports, exercises you write, audit. The judge's working papers are not in it.
my-data-get = Download my data

## The audit

audit-appeal-answer = Answered a report
audit-appeal-make = Reported a verdict
audit-assignment-add = Added a level
audit-assignment-change = Changed a level
audit-assignment-remove = Removed a level
audit-correction-lift = Lifted a correction
audit-correction-make = Corrected a verdict
audit-course-archive = Archived the course
audit-course-change = Changed the course
audit-course-create = Made the course
audit-course-join-code = Changed the join code
audit-course-unarchive = Took the course out of the archive
audit-exercise-check = Checked an exercise
audit-exercise-check-system-error = Could not check an exercise
audit-exercise-calibrate-system-error = Could not calibrate an exercise
audit-exercise-import = Brought in an exercise
audit-exercise-import-remove = Removed what was brought in
audit-exercise-publish = Published an exercise
audit-exercise-publish-unchecked = Published in spite of the gate
audit-extension-grant = Granted an extension
audit-extension-withdraw = Withdrew an extension
audit-identity-link = Linked an identity
audit-identity-unlink = Unlinked an identity
audit-rescore-again = Worked out again in a rescore
audit-rescore-apply = Applied a rescore
audit-rescore-cancel = Cancelled a rescore
audit-rescore-discard = Threw a rescore away
audit-rescore-keep = Kept present verdicts
audit-rescore-pause = Paused a rescore
audit-rescore-resume = Went on with a rescore
audit-rescore-run = Began a rescore
audit-rescore-throttle = Changed the pace of a rescore
audit-rescore-undo = Undid a rescore
audit-roster-change = Changed a role
audit-roster-import = Imported a roster
audit-roster-join = Joined by the code
audit-roster-remove = Removed from the course
audit-submission-again = Judged again
audit-submission-cancel = Withdrew a submission
audit-submission-system-error = Could not judge
audit-token-create = Made an API token
audit-token-revoke = Revoked an API token
audit-user-change = Changed an account
audit-user-change-password = Changed the password
audit-user-create = Made an account
audit-user-erase = Removed the personal data
audit-user-export = Downloaded personal data
audit-user-reset-password = Reset the password
audit-worker-drain = Drained a worker
audit-worker-resume = Resumed a worker
audit-key-applied = applied
audit-key-archived-at = archived
audit-key-check = check
audit-key-closes-at = closes
audit-key-code = join code
audit-key-corrected = corrected
audit-key-days = days
audit-key-disabled = disabled
audit-key-due-at = due
audit-key-end-tokens = tokens ended
audit-key-exercise = exercise
audit-key-fault = fault
audit-key-gate = gate
audit-key-is-admin = administrator
audit-key-is-author = author
audit-key-issuer = provider
audit-key-items = items
audit-key-keep = which submission counts
audit-key-late = lateness
audit-key-late-penalty = penalty for lateness
audit-key-left = left
audit-key-max-attempts = attempts
audit-key-message = message
audit-key-more-attempts = more attempts
audit-key-opens-at = opens
audit-key-order = place
audit-key-outcome = outcome
audit-key-outdated = outdated
audit-key-pace-seconds = pause (s)
audit-key-passed = passed
audit-key-pick = picked
audit-key-reason = reason
audit-key-renamed = renamed
audit-key-rescore-notice = notice of rescores
audit-key-role = role
audit-key-scope = scope
audit-key-scopes = scopes
audit-key-score = score
audit-key-state = state
audit-key-submission = submission
audit-key-submissions = submissions
audit-key-time-zone = time zone
audit-key-title = title
audit-key-total = total
audit-key-type = type
audit-key-undone = undone
audit-key-unlock = unlocking
audit-key-user = account
audit-key-version = version
audit-key-was = was
