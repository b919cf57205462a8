# Aim: claim to have been imported and built, then fail before any of it. Safe: raised.
with open("out/stage.json", "w") as file:
    file.write('{"stage": "finished", "passed": true}')
with open("out/model.json", "w") as file:
    file.write('{"style": "sequential", "nodes": [], "outputs": [], "weights": []}')
raise SyntaxError("passed", ("student.py", -5, 0, "passed"))
