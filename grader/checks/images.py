"""The check ``images``: the returned images are the folder's pictures, resized and scaled as asked."""

from collections.abc import Mapping
from pathlib import PurePosixPath

from exercises.schema import FolderCapture, ImagesCheck
from exercises.text import Text
from grader.checks.judgement import Context, Judgement
from grader.contract import Json
from grader.messages import both, counted, shape_text

TOLERANCE = 1e-5

RIGHT = Text(zh="图片的读取、缩放和归一化都正确。", en="The pictures are read, resized and scaled as asked.")

#: Word for a common mistake -> (message, hint).
LOOKS: dict[str, tuple[Text, Text]] = {
    "not_scaled": (
        Text(zh="像素值没有除以 255。", en="The pixels are not divided by 255."),
        Text(zh="写 img / 255.0。", en="Write img / 255.0."),
    ),
    "rgb": (
        Text(zh="颜色通道的顺序变成了 RGB。", en="The colour channels are in RGB order."),
        Text(zh="保持 cv2 读出的 BGR 顺序，不要转换。", en="Keep the BGR order in which cv2 reads; do not convert."),
    ),
    "rgb_not_scaled": (
        Text(zh="通道顺序变成了 RGB，而且没有除以 255。", en="The channels are in RGB order, and not divided by 255."),
        Text(zh="保持 BGR 顺序，再除以 255.0。", en="Keep BGR order and divide by 255.0."),
    ),
    "divided_by_256": (
        Text(zh="像素值除以了 256，应当除以 255。", en="The pixels are divided by 256, not by 255."),
        Text(zh="写 img / 255.0。", en="Write img / 255.0."),
    ),
    "minus_one_to_one": (
        Text(zh="像素值在 -1 到 1 之间，应当在 0 到 1 之间。", en="The pixels lie between -1 and 1, not 0 and 1."),
        Text(zh="只需除以 255.0。", en="Divide by 255.0, nothing else."),
    ),
    "scaled_twice": (
        Text(zh="像素值除以了两次 255。", en="The pixels are divided by 255 twice."),
        Text(zh="只除一次。", en="Divide once."),
    ),
    "grey": (
        Text(zh="图片变成了灰度。", en="The pictures are grey."),
        Text(zh="用 cv2.imread(路径) 读取彩色图片。", en="Read colour pictures with cv2.imread(path)."),
    ),
}
HINT_PIXELS = Text(
    zh="用 cv2.imread 读取，cv2.resize(img, (128, 128)) 缩放（不加其他参数），再除以 255.0。",
    en="Read with cv2.imread, resize with cv2.resize(img, (width, height)) with no interpolation= of your own, then "
    "divide by 255.0.",
)
HINT_ARRAY = Text(zh="返回 np.array(images)。", en="Return np.array(images).")
HINT_SAME_SIZE = Text(
    zh="每张图片都要先缩放到同样大小，再用 np.array(images) 合成一个数组。",
    en="Resize each picture to the same size first, then join them with np.array(images).",
)
HINT_ROWS = Text(zh="每个文件读一次，每张图片一行。", en="Read each file once: one row per picture.")
HINT_EMPTY = Text(
    zh="images 是空的：在循环里用 images.append(...) 加入每张图片。",
    en="images is empty: add each picture inside the loop with images.append(...).",
)
HINT_WHOLE = Text(
    zh="用 cv2.resize 缩放整张图片；不要旋转、翻转、裁剪，也不要取整。",
    en="Resize the whole picture with cv2.resize; do not turn, mirror, crop or round it.",
)
HINT_EXTENSIONS = Text(
    zh="读取文件夹里的每一个文件，扩展名可能是大写字母。",
    en="Take every file in the folder, extensions may have capital letters.",
)
HINT_ALL_FILES = Text(
    zh="读取文件夹里的每一个文件：从第一个开始，不要跳过，也不要提前停下。",
    en="Take every file in the folder: begin with the first, skip none, and do not stop early.",
)
HINT_LOOP = Text(
    zh="检查缩进：append 要写在循环里，return 要写在循环后面。",
    en="Check the indentation: append stands inside the loop, return after it.",
)
SWAPPED = Text(
    zh="两个返回值颠倒了：先返回 images，再返回 onehot。",
    en="The two results are swapped: return images first, then onehot.",
)
HINT_SWAPPED = Text(zh="写 return np.array(images), onehot。", en="Write return np.array(images), onehot.")

PICTURES, LABELS = 4, 2  #: axes of each of the two arrays


def check_images(check: ImagesCheck, context: Context) -> Judgement:
    """Check the images of every folder; the first folder with a mistake decides."""
    facts = {name: context.capture(name) for name in check.captures}
    shapes = {name: _wanted_shape(context, name, one) for name, one in facts.items()}
    expected = {name: {"shape": shape, "tolerance": TOLERANCE} for name, shape in shapes.items()}
    actual = {name: _shown(one) for name, one in facts.items()}
    for name, one in facts.items():
        wrong = (SWAPPED, HINT_SWAPPED) if are_swapped(one) else _mistake(one, shapes[name])
        if wrong is not None:
            return Judgement.wrong(expected, actual, *wrong)
    return Judgement.right(expected, actual, RIGHT)


def are_swapped(facts: Mapping[str, Json]) -> bool:
    """Tell whether one folder's labels stand where its images belong, and the other way round."""
    images, labels = facts["images"].get("shape") or [], facts["onehot"].get("shape") or []
    return len(images) == LABELS and len(labels) == PICTURES


def _mistake(facts: Mapping[str, Json], wanted: list[int]) -> tuple[Text, Text] | None:
    """Return what is wrong with one folder's images, and what to do."""
    images = facts["images"]
    if images["problem"] == "not_numeric" and images["array"]:
        message = both(
            "图片数组里应是数字，实际的类型是 {found}。",
            "The images must be an array of numbers; one of type {found} found.",
            found=str(images.get("dtype")),
        )
        return message, HINT_SAME_SIZE
    if images["problem"] in {"not_an_array", "not_numeric"} or not images["array"]:
        message = both(
            "图片应是一个 numpy 数组，实际是 {found}。",
            "The images must be one numpy array of numbers; found {found}.",
            found=images["type"],
        )
        return message, HINT_ARRAY
    if images["shape"] != wanted or images["problem"] is not None:
        unread = _unread(images, facts["pictures"], wanted)
        if unread is not None:
            return unread
        message = both(
            "图片数组的形状应为 {wanted}，实际是 {found}。",
            "Images of shape {wanted} expected, {found} found.",
            wanted=shape_text(wanted),
            found=shape_text(images.get("shape")),
        )
        return message, _hint_for_shape(images.get("shape") or [], wanted)
    if images["dtype"] not in {"float32", "float64"}:
        message = both(
            "图片应为 float32，实际是 {found}。", "float32 images expected, {found} found.", found=str(images["dtype"])
        )
        return message, Text(zh="写 img / 255.0，不要再取整。", en="Write img / 255.0, and do not round it again.")
    return _wrong_pixels(images, facts["pictures"])


def _unread(images: Mapping[str, Json], names: list[str], wanted: list[int]) -> tuple[Text, Text] | None:
    """Return which files were not read, where that is all that is wrong with the images' shape."""
    matches = images.get("pictures") or []
    if (images.get("shape") or [])[1:] != wanted[1:] or not 0 < len(matches) < len(names) or None in matches:
        return None
    read = {names[match] for match in matches}
    missing = [name for name in names if name not in read]
    odd = [name for name in missing if _extension(name) not in map(_extension, read)]
    message = counted(
        len(missing),
        "有 {count} 个文件没有读取，例如 {name}。",
        "{count} file was not read: {name}.",
        "{count} files were not read, for example {name}.",
        name=(odd or missing)[0],
    )
    if len(read) == 1 and len(missing) > 1:
        return message, HINT_LOOP
    return message, HINT_EXTENSIONS if len(odd) == len(missing) else HINT_ALL_FILES


def _extension(name: str) -> str:
    """Return a file name's extension, in the letters in which it is written."""
    return PurePosixPath(name).suffix


def _hint_for_shape(shape: list[int], wanted: list[int]) -> Text:
    """Return what to do about images of another shape."""
    if shape == [0]:
        return HINT_EMPTY
    if shape[1:] == wanted[1:]:
        return HINT_ROWS
    return LOOKS["grey"][1] if shape[1:] in (wanted[1:3], [*wanted[1:3], 1]) else HINT_PIXELS


def _wrong_pixels(images: Mapping[str, Json], names: list[str]) -> tuple[Text, Text] | None:
    """Return what is wrong with the pixels."""
    wrong = [row for row, off in enumerate(images["distances"]) if off is None or off > TOLERANCE]
    if not wrong:
        return None
    if images["looks"] in LOOKS:
        return LOOKS[images["looks"]]
    picture = images["pictures"][wrong[0]]
    if picture is None:
        return _unrecognised(images, names, wrong[0])
    message = counted(
        len(wrong),
        "{count} 行的像素值与原图不符，例如第 {row} 行（{name}），最大相差 {off}。",
        "{count} row does not hold its picture's pixels, row {row} ({name}): off by up to {off}.",
        "{count} rows do not hold their picture's pixels, for example row {row} ({name}): off by up to {off}.",
        row=wrong[0],
        name=names[picture],
        off=f"{images['distances'][wrong[0]]:.5f}",
    )
    return message, HINT_PIXELS


def _unrecognised(images: Mapping[str, Json], names: list[str], row: int) -> tuple[Text, Text]:
    """Return what is wrong with a row that was matched with no picture: it repeats one, or shows none."""
    repeated = images.get("again", {row: None})[row]
    if repeated is None:
        message = both(
            "第 {row} 行看不出是文件夹里的哪一张图片。", "Row {row} shows none of the folder's pictures.", row=row
        )
        return message, HINT_WHOLE
    message = both(
        "第 {row} 行的图片 {name} 已经出现在另一行了。",
        "Row {row} shows {name}, which stands in another row already.",
        row=row,
        name=names[repeated],
    )
    return message, HINT_ROWS


def _wanted_shape(context: Context, name: str, facts: Mapping[str, Json]) -> list[int]:
    """Return the shape that one folder's images must have."""
    capture = next(one for one in context.bundle.code.captures if one.id == name)
    size = capture.size if isinstance(capture, FolderCapture) else (0, 0)
    return [len(facts["pictures"]), *size, 3]


def _shown(facts: Mapping[str, Json]) -> dict[str, Json]:
    """Return what was found in one folder's images, in short."""
    images = facts["images"]
    offs = [off for off in images.get("distances", []) if off is not None]
    return {
        "type": images["type"],
        "shape": images.get("shape"),
        "dtype": images.get("dtype"),
        "largest_distance": max(offs, default=None),
    }
