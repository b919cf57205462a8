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

### Pages of students: verdict, curves of training, workspace, history

output = Output
shape-off = the shape differs
n-parameters = { $n } parameters
in-line = {" "}in line { $line }
no-such-layer = (no such layer)
curve-loss = Loss
curve-accuracy = Accuracy
curve-label = { $name }, epoch by epoch: { $values }
each-epoch = per epoch
asked-for = { $value } asked for
appeals = Reports about this verdict
appeal = Is this check wrong? Tell your teacher
appeal-whole = Is this verdict wrong? Tell your teacher
appeal-words = What is wrong about “{ $name }”
appeal-help = Your teacher sees your code, this verdict and these words; the answer appears on this page.
appeal-send = Send report
appeal-empty = Say what is wrong first, then send it.
appeal-long = That is too long: { $n } characters at most.
appeal-said = You reported this on { DATETIME($at, dateStyle: "medium", timeStyle: "short") }:
appeal-open = Waits for an answer
appeal-open-why = Your teacher's answer appears here.
appeal-upheld = You were right
appeal-rejected = The verdict stands
appeal-answered = { $name }, { DATETIME($at, dateStyle: "medium", timeStyle: "short") }
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
