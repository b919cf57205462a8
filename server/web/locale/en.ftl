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
no-courses-why = Once your teacher has added you to a course, it appears here.
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
n-minutes = about { $n } minutes
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
editor-label = { $file }: the shaded lines are read-only, what is in the brackets is yours
editor-help = Ctrl-Enter submits; Esc, then Tab leaves the editor
read-only = read-only
locked-line = This line is read-only; write between Begin and End.
region = Region { $n }
saved = Draft saved
whole-file = Send a whole file instead
send-file = Send file
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
error-405 = Method not supported
error-409 = Conflict
error-413 = Too large
error-422 = Does not fit
error-429 = Too often
error-500 = Something broke on our side
error-503 = Not available at the moment
error-other = Something went wrong
to-start = To the start

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
staff-way-board = During a class: who is on which level, and who is stuck. Made for a projector.
staff-way-gradebook = Everybody's score on every level; sort, filter, export.
staff-way-statistics = Which check stops most students, how many tries it takes, and how a quiz's questions did.
staff-way-appeals = Verdicts that students think wrong: look, answer, correct.
staff-way-roster = People, roles, the join code, and import from a CSV file.
staff-way-levels = Order, versions, opening and due times, attempts, and extensions for a person.
staff-way-settings = Title, time zone, rules for unlocking and lateness, the archive.
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
staff-archived-why = Nothing is taken in and nothing can be changed; everything can be read.
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
staff-code-why = Whoever knows the code may join the course as a student.
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
staff-reason-why = Only teachers see it.
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
appeal-open = Open
appeal-upheld = Upheld
appeal-rejected = Rejected
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
standing-stuck = may need help
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
