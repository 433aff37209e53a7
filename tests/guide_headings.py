"""The headings of MindSpore's migration guide (r2.5.0) as the website's anchors, by page relative to the gradients'."""

from __future__ import annotations

HEADINGS = {
    page: tuple(anchors.split())
    for page, anchors in {
        "gradient.md": """
            gradient-derivation automatic-differentiation principle-comparison pytorch-automatic-differentiation
            mindspore-automatic-differentiation interface-comparison torch-autograd-backward torch-autograd-grad
            torch-no-grad torch-enable-grad retain-graph automatic-differentiation-interfaces mindspore-grad
            mindspore-value-and-grad mindspore-ops-gradoperation loss-scale gradient-cropping gradient-accumulation
        """,
        "model_and_cell.md": """
            network-construction basic-logic network-basic-unit-cell unit-test common-methods-of-cells
            manual-mixed-precision parameters-management parameter-obtaining gradient-freezing
            parameter-saving-and-loading parameter-initialization different-default-weight-initialization
            parameter-initializations-apis-comparison customizing-initialization-parameters submodule-management
            training-and-evaluation-mode-switching device-related dynamic-and-static-graphs
            customized-backward-network-construction random-number-strategy-comparison random-number-apis-comparison
            seed-generator
        """,
        "learning_rate_and_optimizer.md": """
            learning-rate-and-optimizer optimizer-comparison optimizer-support-differences
            optimizer-execution-and-usage-differences hyperparameter-differences hyperparameter-names
            hyperparameter-configuration-methods runtime-hyperparameter-modification weight-decay
            saving-and-loading-optimizer-state learning-rate-strategy-comparison dynamic-learning-rate-differences
            custom-learning-rate-differences obatining-the-learning-rate learning-rate-update parameters-grouping
            mindspore-learning-rate-decay-strategy
        """,
        "loss_function.md": "loss-function",
        "training_and_evaluation.md": """
            inference-and-training-process general-operating-environment-settings generic-scripting-framework
            inference-process inference-verification training-process distributed-training offline-inference
        """,
        "../sample_code.md": """
            network-migration-debugging-example model-analysis-and-preparation checklist
            reproducing-reference-implementation analyzing-api-feature-missing mindspore-model-implementation datasets
            network-model-implementation loss-function learning-rate-and-optimizer model-validation printing-parameters
            parameter-mapping-and-checkpoint-saving unit-test inference-process training-process
        """,
        "../../note/api_mapping/pytorch_api_mapping.md": """
            pytorch-and-mindspore-api-mapping-table api-mapping-consistency-criteria-and-exceptions
            general-difference-parameter-table torch torch-linalg torch-distributed torch-nn torch-nn-functional
            torch-special torch-tensor torch-optim torch-utils torchaudio torchtext torchvision
        """,
    }.items()
}
