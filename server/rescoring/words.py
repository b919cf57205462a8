"""What a rescore says of itself, by word: why it goes so deep, and why one submission goes deeper than planned."""

from collections.abc import Mapping

from exercises.text import Text

REASONS: Mapping[str, Text] = {
    "same-version": Text(
        zh="练习没有变，只把检查再做一遍。", en="The exercise is the same; only its checks are done again."
    ),
    "checks": Text(
        zh="只有检查、权重、门槛或文字不同，用保存的证据就能重新判定。",
        en="Only checks, weights, thresholds or words differ; stored evidence is enough.",
    ),
    "quiz": Text(zh="选择题和填空题只需要重新对答案。", en="A quiz only has to be compared with its answers again."),
    "network": Text(
        zh="练习描述的网络变了，要重新比较网络的实际输出。",
        en="The described network differs, so what networks compute has to be compared anew.",
    ),
    "training": Text(
        zh="训练方法或训练数据变了，评测程序要重新训练。",
        en="How or on what the judge trains differs; it trains again.",
    ),
    "captures": Text(zh="要调用的函数或输入变了。", en="Which functions are called, or on what, differs."),
    "pictures": Text(zh="交给函数的图片变了。", en="The pictures that functions are given differ."),
    "seed": Text(zh="随机种子变了。", en="The random seed differs."),
    "compat": Text(zh="兼容设置或运行环境变了。", en="The compatibility setting or the runtime differs."),
    "isolation": Text(zh="隔离方式变了。", en="How runs are kept apart differs."),
    "limits": Text(
        zh="时间、内存或输出的限制变了，被限制终止的提交要重新运行。",
        en="Limits differ, and these submissions were ended by one.",
    ),
    "asked": Text(zh="按要求。", en="As asked for."),
    "kind": Text(zh="练习类型变了，无法重评。", en="The kind of exercise differs; it cannot be rescored."),
    # Why one submission goes deeper than planned.
    "artifacts-gone": Text(
        zh="这份提交没有保存（或已经删除）运行留下的文件，因此重新运行代码。",
        en="What its runs left was not kept, or not any longer, so its code runs again.",
    ),
    "other-runs": Text(
        zh="新的练习需要保存的运行里没有的东西，因此重新运行代码。",
        en="The exercise now asks for what the kept runs do not have, so its code runs again.",
    ),
    "older-evidence": Text(
        zh="保存的证据是旧格式，无法直接检查。", en="Its evidence was stored in an older form, which cannot be checked."
    ),
    "capture-missing": Text(zh="保存的证据里缺少需要的部分。", en="Its evidence lacks something that is needed."),
    "needs-training": Text(
        zh="按新的规则需要训练，而当时没有训练。",
        en="By the new rules it is to be trained, and it was not at the time.",
    ),
    "more-seeds": Text(
        zh="按新的门槛需要五次训练，而当时只训练了一次。",
        en="By the new threshold five trainings decide, and there was only one.",
    ),
}
