package virtual

const lifelineEnv = "CRASHLAB_LIFELINE"
