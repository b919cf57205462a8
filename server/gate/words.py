"""What the gate's reports say, in both languages."""

from collections.abc import Mapping
from types import MappingProxyType

from exercises.text import Text
from server.gate.fates import Fate
from server.gate.mutants import Area
from server.gate.promises import Training

WORDS: Mapping[str, Text] = MappingProxyType(
    {
        "heading": Text(zh="发布前检查", en="Before publishing"),
        "passed": Text(zh="可以发布", en="Ready to publish"),
        "failed": Text(zh="还不能发布", en="Not ready yet"),
        "bundle": Text(zh="练习文件", en="The exercise's files"),
        "bundle_well": Text(zh="练习文件齐全，每个键都认得。", en="All files are there and every key is known."),
        "promises": Text(zh="约定的判定", en="Promised verdicts"),
        "kept": Text(zh="符合约定", en="kept"),
        "broken": Text(zh="不符合约定", en="broken"),
        "open": Text(zh="没有训练，无法判断", en="open, as nothing was trained"),
        "file": Text(zh="文件", en="File"),
        "promised": Text(zh="约定", en="Promised"),
        "said": Text(zh="实际", en="Judged"),
        "solution_passes": Text(zh="参考答案通过", en="The solution passes"),
        "stub_fails": Text(zh="空白代码不通过", en="The bare stub does not"),
        "mutants": Text(zh="变异体", en="Mutants"),
        "mutants_lead": Text(
            zh="把参考答案改错一处，看检查能否发现。",
            en="The solution with one thing made wrong, to see whether the checks notice.",
        ),
        "mutants_off": Text(zh="这次没有生成变异体。", en="Mutants were left out this time."),
        "kinds": Text(zh="种改法", en="kinds"),
        "survivors": Text(zh="存活：改错了也没被发现", en="Survivors: wrong, and not noticed"),
        "survivors_lead": Text(
            zh="要么补一项检查，要么在 exercise.toml 的 [[equivalent_mutants]] 里说明它为什么也对。",
            en="Add a check, or say in exercise.toml under [[equivalent_mutants]] why it is right as well.",
        ),
        "equivalent": Text(zh="等价：这样写也对", en="Equivalent: right as well"),
        "stale": Text(
            zh="exercise.toml 把这些改法列为等价，但没有存活的变异体属于它们，请删去：",
            en="exercise.toml declares these kinds equivalent, but no survivor is one of them; delete them:",
        ),
        "by": Text(zh="由谁发现", en="Noticed by"),
        "area": Text(zh="改错的部分", en="What was made wrong"),
        "count": Text(zh="个变异体", en="mutants"),
        "line": Text(zh="第 {0} 行", en="line {0}"),
        "statement": Text(zh="题面与检查", en="Statement and checks"),
        "numbers_told": Text(
            zh="检查要求的 {0} 个数，两种语言的题面都写到了，或标明为隐藏。",
            en="Both statements tell all {0} numbers that checks ask for, or they are marked as hidden.",
        ),
        "numbers_missing": Text(
            zh='题面没有写到这些数。写进题面，或在那一项里写 hidden = ["键名"]：',
            en='The statement does not tell these. Write them, or say hidden = ["key"] in that table:',
        ),
        "zh": Text(zh="中文题面", en="Chinese statement"),
        "en": Text(zh="英文题面", en="English statement"),
        "calibration": Text(zh="准确率门槛", en="Accuracy threshold"),
        "calibration_well": Text(
            zh="校准报告与数据、参考答案和运行环境一致。", en="The calibration fits data, solution and environment."
        ),
        "calibration_none": Text(zh="这个练习没有准确率门槛。", en="This exercise asks for no accuracy."),
        "took": Text(zh="用时 {0} 秒", en="took {0} s"),
        "theme": Text(zh="配色", en="Colours"),
        "auto": Text(zh="跟随系统", en="System"),
        "light": Text(zh="浅色", en="Light"),
        "dark": Text(zh="深色", en="Dark"),
        "language": Text(zh="语言", en="Language"),
        "version": Text(zh="版本", en="Version"),
        "environment": Text(zh="运行环境", en="Environment"),
        "what_to_do": Text(zh="要做的事", en="What to do"),
    }
)

FATES: Mapping[Fate, Text] = MappingProxyType(
    {
        Fate.KILLED: Text(zh="被发现", en="noticed"),
        Fate.SURVIVED: Text(zh="存活", en="survived"),
        Fate.EQUIVALENT: Text(zh="等价", en="equivalent"),
        Fate.OPEN: Text(zh="需要训练", en="needs a training"),
    }
)

AREAS: Mapping[Area, Text] = MappingProxyType(
    {
        Area.MODEL: Text(zh="网络", en="Network"),
        Area.DATA: Text(zh="数据", en="Data"),
        Area.TRAINING: Text(zh="训练", en="Training"),
        Area.ANSWER: Text(zh="返回值", en="Answer"),
    }
)

TRAININGS: Mapping[Training, Text] = MappingProxyType(
    {
        Training.NONE: Text(zh="没有训练", en="Nothing was trained"),
        Training.SOME: Text(
            zh="训练了参考答案和与准确率有关的文件", en="Trained: the solution, and files about accuracy"
        ),
        Training.ALL: Text(zh="训练了每个走到这一步的文件", en="Trained: every file that gets so far"),
    }
)
