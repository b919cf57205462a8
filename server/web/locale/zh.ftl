### 页面上的中文。每条消息在 en.ftl 里都有同名的英文。

## 每个页面

skip-to-content = 跳到正文
main-navigation = 主导航
nav-course = 课程
theme-dark = 换成深色
theme-light = 换成浅色
sign-in = 登录
sign-out = 退出
own-code-title = 进程沙箱：只用于运行你自己的代码，不要让学生使用。
own-code-why = 这台服务器没有容器隔离，代码以启动者的权限运行；请不要在这里运行来路不明的程序，也不要向外开放。
connection-lost = 和服务器的连接断开了，正在重新连接。你写的代码保存在这台电脑上。
moment = { DATETIME($at, dateStyle: "medium", timeStyle: "short") }
nothing = 没有
open = 打开
points = 得分
print = 打印

## 登录

login-lead = 自动评测的深度学习练习。你写 `Begin` 和 `End` 之间的部分，剩下的我们准备好了。
login-example = 一段示例代码：Begin 与 End 之间留给学生
login-yours = 从这里开始，是你的
login-name = 用户名
password = 密码
login-wait = 错误次数过多，请 { $n } 分钟后再试。

## 账号

account = 账号
account-of = { $name } 的账号
change-password = 修改密码
password-first = 请先设置自己的密码。
password-first-why = 你登录时用的是系统生成的一次性密码，只能打开这个页面。
password-now = 当前密码
password-new = 新密码
password-again = 再输入一次新密码
password-rule = 至少 8 个字符。修改后，其他浏览器上的登录会退出。
password-none = 你的账号没有密码，请通过统一身份认证登录。
password-changed = 密码已修改，其他浏览器上的登录已退出。
sign-in-with = 使用 { $name } 登录
provider-link = 关联 { $name }
provider-link-why = 关联后，也可以使用 { $name } 登录。
provider-linked = 账号已关联，可以使用 { $name } 登录。
provider-linked-now = 账号已关联。
provider-leave = 即将前往 { $name }，完成后会回到这里。
provider-go = 前往 { $name }

## 课程

my-courses = 我的课程
no-courses = 还没有课程
no-courses-why = 老师把你加入课程之后，课程会出现在这里。
role-student = 学生
role-teacher = 教师
role-grader = 助教
levels = 课程关卡
level = 第 { $n } 关
quiz = 小测
course-lead = 共 { $n } 关。每一关的代码只需要补全 `Begin` 与 `End` 之间的部分。
n-of-levels = { $n } / { $of } 关
level-passed = 已通过
level-started = 进行中
level-judging = 评测中
level-locked = 未开放
n-attempts = { $n } 次提交
n-minutes = 约 { $n } 分钟
opens-at = { DATETIME($at, dateStyle: "medium", timeStyle: "short") } 开放
due-at = { DATETIME($at, dateStyle: "medium", timeStyle: "short") } 截止
pass-first = 先通过第 { $n } 关
attempts-left = { $n ->
    [0] 提交次数已用完
   *[other] 还可提交 { $n } 次
}
times-in = 时间均为 { $zone } 时间。
start-level = 开始这一关
continue-level = 继续这一关
review = 回看
review-level = 回看第 { $n } 关
open-level = 打开第 { $n } 关
course-map = 课程地图
history = 提交记录
history-of = { $title }：提交记录
when = 时间
result = 结果
attempt = 提交
nth = 第 { $n } 次
nth-attempt = 第 { $n } 次提交
no-submissions = 还没有提交
chart-label = 各次提交的得分：{ $scores }

## 工作台

on-this-page = 本页区域
task = 题目
code = 代码
run = 评测
restore = 还原
submit-code = 提交评测
editor-label = { $file }：阴影部分只读，括角内由你完成
editor-help = Ctrl-Enter 提交；先按 Esc 再按 Tab 可以离开编辑器
read-only = 只读
locked-line = 这一行是只读的，请写在 Begin 与 End 之间。
region = 第 { $n } 处作答区
saved = 草稿已保存
whole-file = 提交整份文件
send-file = 提交文件
nothing-submitted = 写好 `Begin` 与 `End` 之间的代码，提交之后，判定会出现在这里。
not-taken = 没有收下这次提交。
whole-verdict = 完整判定

## 评测的状态

state-queued = 排队中
state-running = 运行中
state-training = 训练中
state-checking = 检查中
state-done = 已完成
state-cancelled = 已撤回
state-system_error = 我们出了故障

phases = 评测过程
phase-queue = 排队
phase-run = 运行代码
phase-train = 训练
phase-check = 检查
phase-verdict = 判定
queue-ahead = 前面 { $n } 份
queue-next = 马上轮到你
queue-about = { $place }，约需等待 { $time }
training-about = 约 { $time }后开始
cancel = 撤回
same-as-before = 同样的代码此前已经评测过，这里显示的就是那次的结果。
n-checks = { $n } 项
n-epochs = { $n } 轮
training-first = 正在等待训练名额或准备训练；每一轮的结果会显示在这里。
training-epoch = 第 { $epoch } 轮，共 { $epochs } 轮
training-some-epoch = 第 { $epoch } 轮
training-run = 第一次训练还不能下结论；正在进行第 { $run } 次训练，共 { $runs } 次
training-loss = 损失 { $loss }
training-accuracy = 正确率 { $percent }%
duration-ms = { $n } 毫秒
duration-s = { $n } 秒

headline-queued = 正在排队
headline-running = 正在运行你的代码
headline-training = 正在训练
headline-checking = 正在检查
headline-cancelled = 这次提交已撤回
headline-system_error = 我们这边出了故障
headline-passed = 通过，{ $score } 分
headline-failed = { $n ->
    [0] 没有通过
   *[other] 还差 { $n } 处
}
headline-stopped-line = 第 { $line } 行出错了

not-started = 没有进行
lead-quiz = 答对 { $n } 题，共 { $of } 题。
lead-queued = 可以离开这个页面，结果会留在提交记录里。
lead-running = 结构检查的结果马上就到。
lead-training = 结构检查已经完成，下面是目前的结果；训练结束后给出最终判定。
lead-checking = 就快好了。
lead-cancelled = 这次提交不会有结果，也没有占用提交次数。
lead-system_error = 不是你的代码的问题，没有占用提交次数。我们已经收到通知，会重新评测；你也可以稍后再提交一次。
lead-raised = 代码在运行时抛出了异常，后面的检查没有进行。
lead-timed_out = 代码运行的时间超过了上限，被停了下来。看看有没有不会结束的循环。
lead-out_of_memory = 代码用的内存超过了上限，被停了下来。看看有没有过大的数组或网络层。
lead-too_much_output = 代码打印的内容太多，被停了下来。请删去循环里的 `print`。
lead-violation = 代码做了沙箱不允许的事（例如访问网络或启动程序），被停了下来。
lead-rejected = 这份提交没有运行。

outcome-passed = 通过
outcome-failed = 未通过
outcome-raised = 运行出错
outcome-timed_out = 超时
outcome-out_of_memory = 内存超限
outcome-too_much_output = 输出过多
outcome-violation = 违反沙箱规则
outcome-rejected = 未运行

## 判定

provisional = 暂时的结果
back-to-editor = 回到编辑器修改
back-to-course = 回到课程地图
try-again = 再答一次
each-check = 逐项检查
checks = 检查
time-taken = 用时
row-points = { $name }：{ $earned } 分，满分 { $points }
mark-pass = 通过：
mark-fail = 未通过：
mark-follow = 连带未通过：
mark-left = 没有要求：
mark-todo = 还没有检查：
mark-error = 没有结果：
left-out = 没有要求
expected = 期望
yours = 你的
see-line = 在编辑器里看第 { $line } 行
printed = 代码打印的内容
what-was-sent = 提交的代码
correction = 更正
correction-counts = 教师已更正：计 { $points } 分（满分 100），{ $result }。
correction-passed = 通过
correction-failed = 未通过
correction-by = { $name }，{ DATETIME($at, dateStyle: "medium", timeStyle: "short") }；下面仍是各项检查原来的结果。

input = 输入
your-network = 你的网络
layer-wrong-legend = 设置不同
layer-wrong = 不同
layer-missing = 缺少
layer-extra = 多余
should-be = 应为
parameters-total = 共 { $found } 个参数。
parameters-of = 共 { $found } 个参数，应为 { $wanted } 个。

## 小测

question = 第 { $n } 题
questions = 题目
question-single = 单选
question-multiple = 多选
question-numeric = 填数
question-text = 填空
numbers-only = 只填数字
your-answer = 你的答案
your-choice = 你选的
right-answer = 正确
answer-right = 答对了
answer-wrong = 没有答对
submit-answers = 提交答案

## 错误

error-400 = 请求不对
error-401 = 请先登录
error-403 = 不能这样做
error-404 = 找不到
error-405 = 不支持的方法
error-409 = 有冲突
error-413 = 内容太大
error-422 = 内容不符合要求
error-429 = 太频繁了
error-500 = 我们这边出了问题
error-503 = 暂时无法服务
error-other = 出了问题
to-start = 回到首页

### 学生页面：判定、训练曲线、工作台、记录

output = 输出
shape-off = 形状不符
n-parameters = { $n } 个参数
in-line = ，在第 { $line } 行
no-such-layer = （没有这一层）
curve-loss = 损失
curve-accuracy = 正确率
curve-label = { $name }，各轮依次为：{ $values }
each-epoch = 每轮
asked-for = 要求 { $value }
appeals = 对判定的异议
appeal = 这一项判错了？告诉老师
appeal-whole = 判定有误？告诉老师
appeal-words = 为什么「{ $name }」判得不对
appeal-help = 老师会看到你的代码、这次判定和这段话；回复会显示在这个页面。
appeal-send = 提交异议
appeal-empty = 请写下哪里判得不对，然后再提交。
appeal-long = 太长了，请不要超过 { $n } 个字符。
appeal-said = 你在 { DATETIME($at, dateStyle: "medium", timeStyle: "short") } 提出异议：
appeal-open = 等待回复
appeal-open-why = 老师回复后会显示在这里。
appeal-upheld = 异议成立
appeal-rejected = 维持原判
appeal-answered = { $name }，{ DATETIME($at, dateStyle: "medium", timeStyle: "short") }
compare = 对比
compare-title = 第 { $old } 次与第 { $new } 次提交的差别
compare-old = 之前
compare-new = 之后
compare-counts = 删去 { $gone } 行，新增 { $new } 行
compare-same = 这两次提交的代码相同。
compare-caption = 逐行对比：两个行号，然后是代码
compare-latest = 对比最近两次
compare-with-before = 第 { $n } 次提交与前一次对比
line-gone = 删去：
line-new = 新增：
restore-attempt = 把第 { $n } 次提交放回编辑器
restore-short = 放回编辑器
restored = 已放回第 { $n } 次提交的代码。按 Ctrl-Z 可以回到之前的草稿。
not-restored = 第 { $n } 次提交是整份文件，无法放回作答区；可以在提交记录里打开它再复制。
copy = 复制
copied = 已复制
split = 题目与代码的分界
full-screen = 编辑器占满窗口
learning = 训练过程
reading = 它怎样判断没见过的数据
reading-counts = 共 { $n } 个，判错 { $wrong } 个
matrix = 混淆矩阵
matrix-caption = 混淆矩阵：行是正确的类别，列是网络判断的类别
matrix-taken = 判断为
matrix-right = 正确类别
matrix-worst = 最常把 { $right } 判断为 { $taken }（{ $n } 次）。红框是判错的个数。
misjudged = 判错的图片
misjudged-some = { $of } 张中的 { $n } 张
misjudged-alt = 正确类别 { $right }，被判断为 { $taken }
unlocks = 通过后开放：{ $title }
session-ended = 登录已过期，你的草稿还在。
session-ended-why = 写过的代码保存在这台电脑上。重新登录后会回到刚才的页面，没有占用提交次数。
copy-link = 复制链接
