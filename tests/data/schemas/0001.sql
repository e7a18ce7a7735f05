PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE nas_studies (
	id INTEGER NOT NULL, 
	name VARCHAR NOT NULL, 
	state VARCHAR NOT NULL, 
	created_at DATETIME NOT NULL, 
	identity VARCHAR NOT NULL, 
	seed INTEGER NOT NULL, 
	experiment_file VARCHAR NOT NULL, 
	experiment JSON NOT NULL, 
	dataset VARCHAR NOT NULL, 
	dataset_fingerprint VARCHAR NOT NULL, 
	in_shape JSON NOT NULL, 
	num_classes INTEGER NOT NULL, 
	versions JSON NOT NULL, 
	hardware JSON NOT NULL, 
	PRIMARY KEY (id), 
	UNIQUE (name)
);
INSERT INTO nas_studies VALUES(1,'small','INTERRUPTED','2026-11-22 04:20:30.727162','5f5b6bfadac584c8',0,replace('name: small\nseed: 0\ndataset: {name: cluttered_digits, train_size: 400}\nspace:\n  stem: {out_channels: 8}\n  width_mult: [1.0, 2.0, 3.0]\n  stages: [{out_channels: 8, stride: 2, block: [{standard: {kernel_size: [1, 3]}}, fire]}]\nobjectives: [accuracy, flops, latency_ms]\nsearch: {num_trials: 8}\nfidelity: {max_epochs: 3, min_epochs: 1, reduction_factor: 3}\n','\n',char(10)),'{"name": "small", "seed": 0, "dataset": {"name": "cluttered_digits", "root": null, "variant": null, "size": null, "channels": null, "flip": null, "train_size": 400, "validation_size": null, "seed": 0}, "space": {"input": null, "stem": {"out_channels": [8], "kernel_size": [3], "stride": [1], "num_convs": [1], "pool": [false]}, "width_mult": [1.0, 2.0, 3.0], "resolution_mult": [1.0], "activation": ["relu"], "channel_multiple": 8, "stages": [{"out_channels": [8], "num_blocks": [1], "stride": [2], "block": [{"standard": {"kernel_size": [1, 3], "dilation": [1], "groups": [1], "residual": ["none"]}}, {"fire": {"squeeze_ratio": [0.125], "wide_share": [0.5], "kernel_size": [3], "dilation": [1], "groups": [1], "bypass": ["none"], "norm": [true]}}]}], "head": {"conv_channels": [0], "dropout": [0.0]}}, "objectives": ["accuracy", "flops", "latency_ms"], "constraints": {"flops": null, "params": null, "latency_ms": null, "peak_activation_bytes": null, "weight_bytes": null, "accuracy": null}, "latency": {"device": "cpu", "backend": "eager", "dtype": "float32", "batch_size": 1, "num_threads": 1, "memory_format": "contiguous", "table": null, "max_profile_seconds": null}, "search": {"sampler": "cost_aware", "num_trials": 8, "time_limit": null, "start_from": []}, "fidelity": {"scheduler": "halving", "max_epochs": 3, "min_epochs": 1, "reduction_factor": 3, "num_brackets": null}, "evaluator": "proxy", "proxy": {"batch_size": 32, "learning_rate": 0.1, "schedule": "cosine", "warmup_epochs": 0.5, "momentum": 0.9, "weight_decay": 0.0005, "label_smoothing": 0.0, "averaging": 0.98, "augmentation": {"flip": true, "crop": 0, "cutout": 0, "mixup": 0.0}, "execution": "auto"}, "workers": {"cpus_per_trial": 1.0, "gpus_per_trial": 0.0, "max_concurrent": null, "trial_time_limit": null, "epoch_time_limit": null, "max_retries": 2, "max_memory_growth": 1073741824.0}}','cluttered_digits','25848e892b0c78db','[1, 32, 32]',10,'{"python": "3.11.7", "conv-nas": "0.1.0", "torch": "2.13.0+cpu", "optuna": "5.0.0", "ray": "2.60.0", "sqlalchemy": "2.1.9", "numpy": "2.4.6"}','{"system": "Linux", "machine": "x86_64", "num_cpus": 2}');
CREATE TABLE nas_architectures (
	id VARCHAR NOT NULL, 
	network JSON NOT NULL, 
	flops INTEGER NOT NULL, 
	params INTEGER NOT NULL, 
	weight_bytes INTEGER NOT NULL, 
	peak_activation_bytes INTEGER NOT NULL, 
	receptive_field_px INTEGER NOT NULL, 
	PRIMARY KEY (id)
);
INSERT INTO nas_architectures VALUES('5044367c0a3b73a6','{"in_shape": [1, 32, 32], "blocks": [{"name": "stem", "type": "stem", "layers": [{"name": "conv", "op": "conv", "inputs": [-1], "in_channels": 1, "out_channels": 24, "kernel_size": [3, 3], "stride": [1, 1], "padding": [1, 1], "dilation": [1, 1], "groups": 1, "bias": false, "transposed": false, "output_padding": [0, 0]}, {"name": "conv_norm", "op": "batch_norm", "inputs": [0], "num_features": 24}, {"name": "conv_act", "op": "activation", "inputs": [1], "function": "relu"}]}, {"name": "stage1.0", "type": "fire", "layers": [{"name": "squeeze", "op": "conv", "inputs": [-1], "in_channels": 24, "out_channels": 3, "kernel_size": [1, 1], "stride": [1, 1], "padding": [0, 0], "dilation": [1, 1], "groups": 1, "bias": false, "transposed": false, "output_padding": [0, 0]}, {"name": "squeeze_norm", "op": "batch_norm", "inputs": [0], "num_features": 3}, {"name": "squeeze_act", "op": "activation", "inputs": [1], "function": "relu"}, {"name": "expand1x1", "op": "conv", "inputs": [2], "in_channels": 3, "out_channels": 12, "kernel_size": [1, 1], "stride": [2, 2], "padding": [0, 0], "dilation": [1, 1], "groups": 1, "bias": false, "transposed": false, "output_padding": [0, 0]}, {"name": "expand1x1_norm", "op": "batch_norm", "inputs": [3], "num_features": 12}, {"name": "expand1x1_act", "op": "activation", "inputs": [4], "function": "relu"}, {"name": "expand", "op": "conv", "inputs": [2], "in_channels": 3, "out_channels": 12, "kernel_size": [3, 3], "stride": [2, 2], "padding": [1, 1], "dilation": [1, 1], "groups": 1, "bias": false, "transposed": false, "output_padding": [0, 0]}, {"name": "expand_norm", "op": "batch_norm", "inputs": [6], "num_features": 12}, {"name": "expand_act", "op": "activation", "inputs": [7], "function": "relu"}, {"name": "concat", "op": "concat", "inputs": [5, 8]}]}, {"name": "head", "type": "head", "layers": [{"name": "pool", "op": "adaptive_avg_pool", "inputs": [-1], "output_size": 1}, {"name": "flatten", "op": "flatten", "inputs": [0]}, {"name": "linear", "op": "linear", "inputs": [1], "in_features": 24, "out_features": 10, "bias": true}]}]}',387312,1000,4000,110592,5);
INSERT INTO nas_architectures VALUES('da9fb0b153db051c','{"in_shape": [1, 32, 32], "blocks": [{"name": "stem", "type": "stem", "layers": [{"name": "conv", "op": "conv", "inputs": [-1], "in_channels": 1, "out_channels": 8, "kernel_size": [3, 3], "stride": [1, 1], "padding": [1, 1], "dilation": [1, 1], "groups": 1, "bias": false, "transposed": false, "output_padding": [0, 0]}, {"name": "conv_norm", "op": "batch_norm", "inputs": [0], "num_features": 8}, {"name": "conv_act", "op": "activation", "inputs": [1], "function": "relu"}]}, {"name": "stage1.0", "type": "standard", "layers": [{"name": "conv", "op": "conv", "inputs": [-1], "in_channels": 8, "out_channels": 8, "kernel_size": [1, 1], "stride": [2, 2], "padding": [0, 0], "dilation": [1, 1], "groups": 1, "bias": false, "transposed": false, "output_padding": [0, 0]}, {"name": "conv_norm", "op": "batch_norm", "inputs": [0], "num_features": 8}, {"name": "conv_act", "op": "activation", "inputs": [1], "function": "relu"}]}, {"name": "head", "type": "head", "layers": [{"name": "pool", "op": "adaptive_avg_pool", "inputs": [-1], "output_size": 1}, {"name": "flatten", "op": "flatten", "inputs": [0]}, {"name": "linear", "op": "linear", "inputs": [1], "in_features": 8, "out_features": 10, "bias": true}]}]}',90192,258,1032,40960,3);
INSERT INTO nas_architectures VALUES('ea2074c629d8a840','{"in_shape": [1, 32, 32], "blocks": [{"name": "stem", "type": "stem", "layers": [{"name": "conv", "op": "conv", "inputs": [-1], "in_channels": 1, "out_channels": 24, "kernel_size": [3, 3], "stride": [1, 1], "padding": [1, 1], "dilation": [1, 1], "groups": 1, "bias": false, "transposed": false, "output_padding": [0, 0]}, {"name": "conv_norm", "op": "batch_norm", "inputs": [0], "num_features": 24}, {"name": "conv_act", "op": "activation", "inputs": [1], "function": "relu"}]}, {"name": "stage1.0", "type": "standard", "layers": [{"name": "conv", "op": "conv", "inputs": [-1], "in_channels": 24, "out_channels": 24, "kernel_size": [3, 3], "stride": [2, 2], "padding": [1, 1], "dilation": [1, 1], "groups": 1, "bias": false, "transposed": false, "output_padding": [0, 0]}, {"name": "conv_norm", "op": "batch_norm", "inputs": [0], "num_features": 24}, {"name": "conv_act", "op": "activation", "inputs": [1], "function": "relu"}]}, {"name": "head", "type": "head", "layers": [{"name": "pool", "op": "adaptive_avg_pool", "inputs": [-1], "output_size": 1}, {"name": "flatten", "op": "flatten", "inputs": [0]}, {"name": "linear", "op": "linear", "inputs": [1], "in_features": 24, "out_features": 10, "bias": true}]}]}',1548528,5746,22984,122880,5);
INSERT INTO nas_architectures VALUES('dc370d650a586e37','{"in_shape": [1, 32, 32], "blocks": [{"name": "stem", "type": "stem", "layers": [{"name": "conv", "op": "conv", "inputs": [-1], "in_channels": 1, "out_channels": 8, "kernel_size": [3, 3], "stride": [1, 1], "padding": [1, 1], "dilation": [1, 1], "groups": 1, "bias": false, "transposed": false, "output_padding": [0, 0]}, {"name": "conv_norm", "op": "batch_norm", "inputs": [0], "num_features": 8}, {"name": "conv_act", "op": "activation", "inputs": [1], "function": "relu"}]}, {"name": "stage1.0", "type": "fire", "layers": [{"name": "squeeze", "op": "conv", "inputs": [-1], "in_channels": 8, "out_channels": 1, "kernel_size": [1, 1], "stride": [1, 1], "padding": [0, 0], "dilation": [1, 1], "groups": 1, "bias": false, "transposed": false, "output_padding": [0, 0]}, {"name": "squeeze_norm", "op": "batch_norm", "inputs": [0], "num_features": 1}, {"name": "squeeze_act", "op": "activation", "inputs": [1], "function": "relu"}, {"name": "expand1x1", "op": "conv", "inputs": [2], "in_channels": 1, "out_channels": 4, "kernel_size": [1, 1], "stride": [2, 2], "padding": [0, 0], "dilation": [1, 1], "groups": 1, "bias": false, "transposed": false, "output_padding": [0, 0]}, {"name": "expand1x1_norm", "op": "batch_norm", "inputs": [3], "num_features": 4}, {"name": "expand1x1_act", "op": "activation", "inputs": [4], "function": "relu"}, {"name": "expand", "op": "conv", "inputs": [2], "in_channels": 1, "out_channels": 4, "kernel_size": [3, 3], "stride": [2, 2], "padding": [1, 1], "dilation": [1, 1], "groups": 1, "bias": false, "transposed": false, "output_padding": [0, 0]}, {"name": "expand_norm", "op": "batch_norm", "inputs": [6], "num_features": 4}, {"name": "expand_act", "op": "activation", "inputs": [7], "function": "relu"}, {"name": "concat", "op": "concat", "inputs": [5, 8]}]}, {"name": "head", "type": "head", "layers": [{"name": "pool", "op": "adaptive_avg_pool", "inputs": [-1], "output_size": 1}, {"name": "flatten", "op": "flatten", "inputs": [0]}, {"name": "linear", "op": "linear", "inputs": [1], "in_features": 8, "out_features": 10, "bias": true}]}]}',92240,244,976,36864,5);
INSERT INTO nas_architectures VALUES('3a3079a05e4a4e77','{"in_shape": [1, 32, 32], "blocks": [{"name": "stem", "type": "stem", "layers": [{"name": "conv", "op": "conv", "inputs": [-1], "in_channels": 1, "out_channels": 16, "kernel_size": [3, 3], "stride": [1, 1], "padding": [1, 1], "dilation": [1, 1], "groups": 1, "bias": false, "transposed": false, "output_padding": [0, 0]}, {"name": "conv_norm", "op": "batch_norm", "inputs": [0], "num_features": 16}, {"name": "conv_act", "op": "activation", "inputs": [1], "function": "relu"}]}, {"name": "stage1.0", "type": "standard", "layers": [{"name": "conv", "op": "conv", "inputs": [-1], "in_channels": 16, "out_channels": 16, "kernel_size": [1, 1], "stride": [2, 2], "padding": [0, 0], "dilation": [1, 1], "groups": 1, "bias": false, "transposed": false, "output_padding": [0, 0]}, {"name": "conv_norm", "op": "batch_norm", "inputs": [0], "num_features": 16}, {"name": "conv_act", "op": "activation", "inputs": [1], "function": "relu"}]}, {"name": "head", "type": "head", "layers": [{"name": "pool", "op": "adaptive_avg_pool", "inputs": [-1], "output_size": 1}, {"name": "flatten", "op": "flatten", "inputs": [0]}, {"name": "linear", "op": "linear", "inputs": [1], "in_features": 16, "out_features": 10, "bias": true}]}]}',213152,634,2536,81920,3);
INSERT INTO nas_architectures VALUES('0cc1d03f7ea481d6','{"in_shape": [1, 32, 32], "blocks": [{"name": "stem", "type": "stem", "layers": [{"name": "conv", "op": "conv", "inputs": [-1], "in_channels": 1, "out_channels": 8, "kernel_size": [3, 3], "stride": [1, 1], "padding": [1, 1], "dilation": [1, 1], "groups": 1, "bias": false, "transposed": false, "output_padding": [0, 0]}, {"name": "conv_norm", "op": "batch_norm", "inputs": [0], "num_features": 8}, {"name": "conv_act", "op": "activation", "inputs": [1], "function": "relu"}]}, {"name": "stage1.0", "type": "standard", "layers": [{"name": "conv", "op": "conv", "inputs": [-1], "in_channels": 8, "out_channels": 8, "kernel_size": [3, 3], "stride": [2, 2], "padding": [1, 1], "dilation": [1, 1], "groups": 1, "bias": false, "transposed": false, "output_padding": [0, 0]}, {"name": "conv_norm", "op": "batch_norm", "inputs": [0], "num_features": 8}, {"name": "conv_act", "op": "activation", "inputs": [1], "function": "relu"}]}, {"name": "head", "type": "head", "layers": [{"name": "pool", "op": "adaptive_avg_pool", "inputs": [-1], "output_size": 1}, {"name": "flatten", "op": "flatten", "inputs": [0]}, {"name": "linear", "op": "linear", "inputs": [1], "in_features": 8, "out_features": 10, "bias": true}]}]}',221264,770,3080,40960,5);
INSERT INTO nas_architectures VALUES('f07854c42a0b7676','{"in_shape": [1, 32, 32], "blocks": [{"name": "stem", "type": "stem", "layers": [{"name": "conv", "op": "conv", "inputs": [-1], "in_channels": 1, "out_channels": 16, "kernel_size": [3, 3], "stride": [1, 1], "padding": [1, 1], "dilation": [1, 1], "groups": 1, "bias": false, "transposed": false, "output_padding": [0, 0]}, {"name": "conv_norm", "op": "batch_norm", "inputs": [0], "num_features": 16}, {"name": "conv_act", "op": "activation", "inputs": [1], "function": "relu"}]}, {"name": "stage1.0", "type": "fire", "layers": [{"name": "squeeze", "op": "conv", "inputs": [-1], "in_channels": 16, "out_channels": 2, "kernel_size": [1, 1], "stride": [1, 1], "padding": [0, 0], "dilation": [1, 1], "groups": 1, "bias": false, "transposed": false, "output_padding": [0, 0]}, {"name": "squeeze_norm", "op": "batch_norm", "inputs": [0], "num_features": 2}, {"name": "squeeze_act", "op": "activation", "inputs": [1], "function": "relu"}, {"name": "expand1x1", "op": "conv", "inputs": [2], "in_channels": 2, "out_channels": 8, "kernel_size": [1, 1], "stride": [2, 2], "padding": [0, 0], "dilation": [1, 1], "groups": 1, "bias": false, "transposed": false, "output_padding": [0, 0]}, {"name": "expand1x1_norm", "op": "batch_norm", "inputs": [3], "num_features": 8}, {"name": "expand1x1_act", "op": "activation", "inputs": [4], "function": "relu"}, {"name": "expand", "op": "conv", "inputs": [2], "in_channels": 2, "out_channels": 8, "kernel_size": [3, 3], "stride": [2, 2], "padding": [1, 1], "dilation": [1, 1], "groups": 1, "bias": false, "transposed": false, "output_padding": [0, 0]}, {"name": "expand_norm", "op": "batch_norm", "inputs": [6], "num_features": 8}, {"name": "expand_act", "op": "activation", "inputs": [7], "function": "relu"}, {"name": "concat", "op": "concat", "inputs": [5, 8]}]}, {"name": "head", "type": "head", "layers": [{"name": "pool", "op": "adaptive_avg_pool", "inputs": [-1], "output_size": 1}, {"name": "flatten", "op": "flatten", "inputs": [0]}, {"name": "linear", "op": "linear", "inputs": [1], "in_features": 16, "out_features": 10, "bias": true}]}]}',221344,574,2296,73728,5);
CREATE TABLE nas_latency_settings (
	setting VARCHAR NOT NULL, 
	device VARCHAR NOT NULL, 
	backend VARCHAR NOT NULL, 
	dtype VARCHAR NOT NULL, 
	batch_size INTEGER NOT NULL, 
	num_threads INTEGER NOT NULL, 
	memory_format VARCHAR NOT NULL, 
	device_name VARCHAR NOT NULL, 
	versions VARCHAR NOT NULL, 
	PRIMARY KEY (setting)
);
INSERT INTO nas_latency_settings VALUES('08096cb16ab28926','cpu','eager','float32',1,1,'contiguous','AMD EPYC','torch 2.13.0+cpu, python 3.11.7');
CREATE TABLE nas_trials (
	id INTEGER NOT NULL, 
	study_id INTEGER NOT NULL, 
	number INTEGER NOT NULL, 
	architecture_id VARCHAR NOT NULL, 
	choices JSON NOT NULL, 
	description VARCHAR NOT NULL, 
	latency_ms DOUBLE, 
	state VARCHAR NOT NULL, 
	epochs INTEGER NOT NULL, 
	accuracy DOUBLE, 
	created_at DATETIME NOT NULL, 
	started_at DATETIME, 
	finished_at DATETIME, 
	train_s DOUBLE NOT NULL, 
	worker VARCHAR, 
	failure VARCHAR, 
	failure_kind VARCHAR, 
	traceback VARCHAR, 
	retries INTEGER DEFAULT '0' NOT NULL, 
	PRIMARY KEY (id), 
	UNIQUE (study_id, number), 
	UNIQUE (study_id, architecture_id), 
	FOREIGN KEY(study_id) REFERENCES nas_studies (id), 
	FOREIGN KEY(architecture_id) REFERENCES nas_architectures (id)
);
INSERT INTO nas_trials VALUES(1,1,0,'5044367c0a3b73a6','{"width_mult": 3.0, "stage1.block": "fire"}','width 3.0; 1 fire',0.13823649715050123631,'PRUNED',1,0.085000000000000006106,'2026-11-22 04:20:38.658900','2026-11-22 04:20:43.613436','2026-11-22 04:20:47.460723',1.0616340759988815989,'65863ba9',NULL,NULL,NULL,0);
INSERT INTO nas_trials VALUES(2,1,1,'da9fb0b153db051c','{"width_mult": 1.0, "stage1.block": "standard", "stage1.standard.kernel_size": 1}','width 1.0; 1 standard k1',0.086624997493345290422,'COMPLETE',3,0.1140000000000000041,'2026-11-22 04:20:38.698976','2026-11-22 04:20:43.488379','2026-11-22 04:20:47.861071',1.2887904009949124883,'ab3185bc',NULL,NULL,NULL,0);
INSERT INTO nas_trials VALUES(3,1,2,'ea2074c629d8a840','{"width_mult": 3.0, "stage1.block": "standard", "stage1.standard.kernel_size": 3}','width 3.0; 1 standard k3',0.19255149709351826459,'PRUNED',1,0.085000000000000006106,'2026-11-22 04:20:43.643769','2026-11-22 04:20:48.015415','2026-11-22 04:20:48.961933',0.91989525399912963621,'df611e0a',NULL,NULL,NULL,0);
INSERT INTO nas_trials VALUES(4,1,3,'dc370d650a586e37','{"width_mult": 1.0, "stage1.block": "fire"}','width 1.0; 1 fire',0.11659899610094726085,'COMPLETE',3,0.11200000000000000233,'2026-11-22 04:20:47.929079','2026-11-22 04:20:48.606309','2026-11-22 04:20:50.481355',1.6865363519973470829,'c578dffa',NULL,NULL,NULL,0);
INSERT INTO nas_trials VALUES(5,1,4,'3a3079a05e4a4e77','{"width_mult": 2.0, "stage1.block": "standard", "stage1.standard.kernel_size": 1}','width 2.0; 1 standard k1',0.079153003753162920475,'RUNNING',2,0.098000000000000003774,'2026-11-22 04:20:48.741251','2026-11-22 04:20:48.995882',NULL,1.6670610159999341703,'17d8f5c9',NULL,NULL,NULL,0);
INSERT INTO nas_trials VALUES(6,1,5,'0cc1d03f7ea481d6','{"width_mult": 1.0, "stage1.block": "standard", "stage1.standard.kernel_size": 3}','width 1.0; 1 standard k3',0.10918849693553056567,'PRUNED',1,0.085000000000000006106,'2026-11-22 04:20:49.300688','2026-11-22 04:20:50.508131','2026-11-22 04:20:50.886709',0.29431217000092146918,'04eedce6',NULL,NULL,NULL,0);
INSERT INTO nas_trials VALUES(7,1,6,'f07854c42a0b7676','{"width_mult": 2.0, "stage1.block": "fire"}','width 2.0; 1 fire',0.10915800339716952294,'RUNNING',0,NULL,'2026-11-22 04:20:50.574588','2026-11-22 04:20:50.929167',NULL,0.0,'25e4e1be',NULL,NULL,NULL,0);
CREATE TABLE nas_executions (
	study_id INTEGER NOT NULL, 
	execution JSON NOT NULL, 
	measured_at DATETIME NOT NULL, 
	PRIMARY KEY (study_id), 
	FOREIGN KEY(study_id) REFERENCES nas_studies (id)
);
INSERT INTO nas_executions VALUES(1,'{"device_name": "AMD EPYC", "versions": "torch 2.13.0+cpu", "batch_size": 32, "num_threads": 1, "elements": {"float32": 1.4407501220704833, "bfloat16": 1.45438766479522, "cast": 0.11182403564390553}, "families": {"dense 1x1, stride 1x1, dilation 1x1": {"elements": 61440, "flops": 884736, "float32": [0.5981420000003013, 0.6454429999998013, 0.5379830000000752], "bfloat16": [0.3065270000002229, 0.2827920000001427, 0.44240999999978214]}, "dense 1x1, stride 2x2, dilation 1x1": {"elements": 43008, "flops": 221184, "float32": [0.24593700000075103, 0.9923409999998967, 0.30035800000050017], "bfloat16": [0.24141000000010848, 0.6230200000008068, 0.21733399999934733]}, "dense 3x3, stride 1x1, dilation 1x1": {"elements": 24576, "flops": 5308416, "float32": [1.7160399999998077, 1.661469000000082, 2.0127329999999333], "bfloat16": [0.9078640000002025, 0.9192710000007764, 1.2203010000000347]}, "dense 3x3, stride 2x2, dilation 1x1": {"elements": 36864, "flops": 2654208, "float32": [1.432988000000357, 1.9070860000001133, 1.1844070000002205], "bfloat16": [0.7185320000004936, 1.2805309999999182, 0.9281950000001871]}}, "autocast": false, "cuda_graphs": false}','2026-11-22 04:20:31.085010');
CREATE TABLE nas_latency_blocks (
	block VARCHAR NOT NULL, 
	setting VARCHAR NOT NULL, 
	latency_ms DOUBLE NOT NULL, 
	low_ms DOUBLE NOT NULL, 
	high_ms DOUBLE NOT NULL, 
	spread_ms DOUBLE NOT NULL, 
	num_runs INTEGER NOT NULL, 
	reference_ms DOUBLE NOT NULL, 
	is_quiet BOOLEAN NOT NULL, 
	measured_at DATETIME NOT NULL, 
	PRIMARY KEY (block, setting), 
	FOREIGN KEY(setting) REFERENCES nas_latency_settings (setting)
);
INSERT INTO nas_latency_blocks VALUES('66cb7ffd26ccf714','08096cb16ab28926',0.043955498767900280654,0.043174000893486663699,0.045487999159377068281,0.027190999389858916401,754,0.13126549856679048389,0,'2026-11-22 04:20:29.507828');
INSERT INTO nas_latency_blocks VALUES('4e056176bbd9d4f4','08096cb16ab28926',0.097941499916487373411,0.089072997070616111159,0.10446600208524614572,0.047580997488694265484,480,0.13126549856679048389,0,'2026-11-22 04:20:29.509303');
INSERT INTO nas_latency_blocks VALUES('d382a86ebaa57433','08096cb16ab28926',0.051365997933316975831,0.049935002607526257634,0.053619998652720823884,0.031747000321047380566,827,0.13126549856679048389,0,'2026-11-22 04:20:29.511722');
INSERT INTO nas_latency_blocks VALUES('d0c3eaac3bf41baa','08096cb16ab28926',0.028622500394703820347,0.028121001378167420625,0.029252998501760885119,0.011738000466721132397,1218,0.13126549856679048389,0,'2026-11-22 04:20:29.512660');
INSERT INTO nas_latency_blocks VALUES('6f6b15a634ae9735','08096cb16ab28926',0.021552998077822849154,0.021242001821519806981,0.021963001927360892295,0.011165997420903295278,1605,0.13126549856679048389,0,'2026-11-22 04:20:29.513375');
INSERT INTO nas_latency_blocks VALUES('6c4af05f774ade97','08096cb16ab28926',0.04368000008980743587,0.041502000385662540793,0.045528002374339848756,0.034961998608196154236,838,0.13126549856679048389,0,'2026-11-22 04:20:29.514011');
INSERT INTO nas_latency_blocks VALUES('00b4c92555d8a80d','08096cb16ab28926',0.075822999860974960029,0.073129001975758001208,0.081631002103677019476,0.037055000575492158532,510,0.13126549856679048389,0,'2026-11-22 04:20:29.514702');
INSERT INTO nas_latency_blocks VALUES('57542946b4973e7e','08096cb16ab28926',0.024717002816032618284,0.024236000172095373272,0.025077002646867185831,0.012227999832248315215,1681,0.13126549856679048389,0,'2026-11-22 04:20:29.515216');
INSERT INTO nas_latency_blocks VALUES('dc851cc05fb33a6a','08096cb16ab28926',0.034911998227471485733,0.034300999686820432543,0.035913999454351142048,0.018737999198492616415,1279,0.16798549768282100558,0,'2026-11-22 04:20:29.515660');
INSERT INTO nas_latency_blocks VALUES('503fc85381f2b4c2','08096cb16ab28926',0.1290169984713429585,0.12713999967672862112,0.13139600196154788136,0.022094001906225457787,402,0.16798549768282100558,0,'2026-11-22 04:20:29.516054');
INSERT INTO nas_latency_blocks VALUES('f8d858c03123f176','08096cb16ab28926',0.031166000553639605641,0.030846000299789011478,0.031466999644180759787,0.0069200032157823443412,1160,0.16798549768282100558,0,'2026-11-22 04:20:29.516428');
INSERT INTO nas_latency_blocks VALUES('e2ff5862c816c32c','08096cb16ab28926',0.023270000383490696549,0.023124001018004491925,0.023585998860653489828,0.0063799998315516859292,738,0.16798549768282100558,0,'2026-11-22 04:20:29.516817');
INSERT INTO nas_latency_blocks VALUES('03191367eea97348','08096cb16ab28926',0.074701998528325930237,0.073971001256722956895,0.075382999057183042168,0.0088529995991848409175,513,0.16798549768282100558,0,'2026-11-22 04:20:29.517198');
INSERT INTO nas_latency_blocks VALUES('cc397806b5c641bc','08096cb16ab28926',0.061171000197646208107,0.060600999859161674976,0.061822000134270638227,0.0056579992815386503934,374,0.16798549768282100558,0,'2026-11-22 04:20:29.517567');
INSERT INTO nas_latency_blocks VALUES('9fa1b922b77c6fa8','08096cb16ab28926',0.021391999325715005397,0.021170999389141798019,0.021571999241132289171,0.0022230015019886195659,315,0.16798549768282100558,0,'2026-11-22 04:20:29.517925');
CREATE TABLE nas_latency_networks (
	network VARCHAR NOT NULL, 
	blocks JSON NOT NULL, 
	setting VARCHAR NOT NULL, 
	latency_ms DOUBLE NOT NULL, 
	low_ms DOUBLE NOT NULL, 
	high_ms DOUBLE NOT NULL, 
	spread_ms DOUBLE NOT NULL, 
	num_runs INTEGER NOT NULL, 
	reference_ms DOUBLE NOT NULL, 
	is_quiet BOOLEAN NOT NULL, 
	measured_at DATETIME NOT NULL, 
	PRIMARY KEY (network, setting), 
	FOREIGN KEY(setting) REFERENCES nas_latency_settings (setting)
);
INSERT INTO nas_latency_networks VALUES('5044367c0a3b73a6','["d0c3eaac3bf41baa", "03191367eea97348", "dc851cc05fb33a6a"]','08096cb16ab28926',0.13379899974097497761,0.13216799925430677831,0.13470100020640529692,0.014472003385890275239,365,0.19018350212718360126,0,'2026-11-22 04:20:30.703146');
INSERT INTO nas_latency_networks VALUES('3a3079a05e4a4e77','["57542946b4973e7e", "f8d858c03123f176", "e2ff5862c816c32c"]','08096cb16ab28926',0.078717499491176567971,0.077835997217334806919,0.079387998994207009673,0.0085829997260589152574,272,0.19018350212718360126,0,'2026-11-22 04:20:30.704372');
INSERT INTO nas_latency_networks VALUES('da9fb0b153db051c','["6f6b15a634ae9735", "9fa1b922b77c6fa8", "6c4af05f774ade97"]','08096cb16ab28926',0.065693000578903593122,0.065087002440122887492,0.066308999521424993872,0.0072310031100641936063,272,0.19018350212718360126,0,'2026-11-22 04:20:30.705050');
INSERT INTO nas_latency_networks VALUES('dc370d650a586e37','["6f6b15a634ae9735", "d382a86ebaa57433", "6c4af05f774ade97"]','08096cb16ab28926',0.099559001682791858911,0.098897002317244186997,0.10088099952554330229,0.012128002708777785301,317,0.19018350212718360126,0,'2026-11-22 04:20:30.705599');
INSERT INTO nas_latency_networks VALUES('f07854c42a0b7676','["57542946b4973e7e", "cc397806b5c641bc", "e2ff5862c816c32c"]','08096cb16ab28926',0.11374899986549280583,0.11282900231890380382,0.11493099736981093883,0.01035500463331118226,237,0.19018350212718360126,0,'2026-11-22 04:20:30.706046');
INSERT INTO nas_latency_networks VALUES('4d0b18d07e36fdea','["d0c3eaac3bf41baa", "4e056176bbd9d4f4", "dc851cc05fb33a6a"]','08096cb16ab28926',0.18276199989486485719,0.18084000112139619886,0.18436499885865487158,0.033169995731441304087,855,0.19018350212718360126,0,'2026-11-22 04:20:30.706526');
INSERT INTO nas_latency_networks VALUES('0cc1d03f7ea481d6','["6f6b15a634ae9735", "66cb7ffd26ccf714", "6c4af05f774ade97"]','08096cb16ab28926',0.10241749987471848726,0.10123100219061598181,0.10311400183127261698,0.0079319979704450815916,254,0.19018350212718360126,0,'2026-11-22 04:20:30.706929');
INSERT INTO nas_latency_networks VALUES('3e7130875b1f1a42','["57542946b4973e7e", "00b4c92555d8a80d", "e2ff5862c816c32c"]','08096cb16ab28926',0.15532699944742489606,0.15391999841085635125,0.15700400035711936652,0.0098149976111017167568,112,0.19018350212718360126,0,'2026-11-22 04:20:30.707357');
INSERT INTO nas_latency_networks VALUES('ea2074c629d8a840','["d0c3eaac3bf41baa", "503fc85381f2b4c2", "dc851cc05fb33a6a"]','08096cb16ab28926',0.18716900012805126607,0.18480500148143619298,0.18845099839381873607,0.02822199894580990076,777,0.17546600065543316304,0,'2026-11-22 04:20:30.707802');
CREATE TABLE nas_latency_fits (
	setting VARCHAR NOT NULL, 
	space VARCHAR NOT NULL, 
	fit VARCHAR NOT NULL, 
	error DOUBLE NOT NULL, 
	num_fitted INTEGER NOT NULL, 
	fitted_at DATETIME NOT NULL, 
	PRIMARY KEY (setting, space, fit), 
	FOREIGN KEY(setting) REFERENCES nas_latency_settings (setting)
);
INSERT INTO nas_latency_fits VALUES('08096cb16ab28926','17953e009a3eac95','networks',0.10923243745794601611,9,'2026-11-22 04:20:30.712996');
CREATE TABLE nas_epochs (
	trial_id INTEGER NOT NULL, 
	epochs INTEGER NOT NULL, 
	accuracy DOUBLE NOT NULL, 
	train_loss DOUBLE, 
	train_s DOUBLE NOT NULL, 
	PRIMARY KEY (trial_id, epochs), 
	FOREIGN KEY(trial_id) REFERENCES nas_trials (id)
);
INSERT INTO nas_epochs VALUES(2,1,0.094000000000000000222,2.3411920070648193359,0.76208162499824538826);
INSERT INTO nas_epochs VALUES(2,2,0.11500000000000000499,2.2934029102325439453,0.10220522599774994887);
INSERT INTO nas_epochs VALUES(1,1,0.085000000000000006106,2.3131449222564697265,1.0616340759988815989);
INSERT INTO nas_epochs VALUES(2,3,0.1140000000000000041,2.2893111705780029296,0.42450354999891715124);
INSERT INTO nas_epochs VALUES(3,1,0.085000000000000006106,2.3351230621337890625,0.91989525399912963621);
INSERT INTO nas_epochs VALUES(4,1,0.094000000000000000222,2.3473539352416992187,1.1232012439977552276);
INSERT INTO nas_epochs VALUES(4,2,0.09500000000000000111,2.297084808349609375,0.23170687699894187971);
INSERT INTO nas_epochs VALUES(4,3,0.11200000000000000233,2.2894992828369140625,0.33162823100064997561);
INSERT INTO nas_epochs VALUES(5,1,0.09500000000000000111,2.3218505382537841796,1.5202523330008261837);
INSERT INTO nas_epochs VALUES(5,2,0.098000000000000003774,2.3009507656097412109,0.14680868299910798668);
INSERT INTO nas_epochs VALUES(6,1,0.085000000000000006106,2.3257911205291748046,0.29431217000092146918);
CREATE TABLE nas_layer_diagnostics (
	trial_id INTEGER NOT NULL, 
	layer VARCHAR NOT NULL, 
	position INTEGER NOT NULL, 
	num_channels INTEGER NOT NULL, 
	dead_share DOUBLE NOT NULL, 
	mean_correlation DOUBLE, 
	effective_rank DOUBLE NOT NULL, 
	PRIMARY KEY (trial_id, layer), 
	FOREIGN KEY(trial_id) REFERENCES nas_trials (id)
);
INSERT INTO nas_layer_diagnostics VALUES(2,'stem.conv',0,8,0.0,0.34082332253456115722,6.5480436271012534277);
INSERT INTO nas_layer_diagnostics VALUES(2,'stage1.0.conv',1,8,0.0,0.34689721465110778808,6.2814631811273233807);
INSERT INTO nas_layer_diagnostics VALUES(4,'stem.conv',0,8,0.0,0.45881861448287963867,6.0726365089119163087);
INSERT INTO nas_layer_diagnostics VALUES(4,'stage1.0.squeeze',1,1,0.0,NULL,1.0);
INSERT INTO nas_layer_diagnostics VALUES(4,'stage1.0.expand1x1',2,4,0.0,0.99966567754745483398,1.1103236185154548021);
INSERT INTO nas_layer_diagnostics VALUES(4,'stage1.0.expand',3,4,0.0,0.42694008350372314453,3.5237760896082654937);
CREATE TABLE nas_front_latencies (
	trial_id INTEGER NOT NULL, 
	setting VARCHAR NOT NULL, 
	predicted_ms DOUBLE NOT NULL, 
	latency_ms DOUBLE NOT NULL, 
	low_ms DOUBLE NOT NULL, 
	high_ms DOUBLE NOT NULL, 
	num_runs INTEGER NOT NULL, 
	is_quiet BOOLEAN NOT NULL, 
	measured_at DATETIME NOT NULL, 
	PRIMARY KEY (trial_id), 
	FOREIGN KEY(trial_id) REFERENCES nas_trials (id), 
	FOREIGN KEY(setting) REFERENCES nas_latency_settings (setting)
);
CREATE TABLE studies (
	study_id INTEGER NOT NULL, 
	study_name VARCHAR(512) NOT NULL, 
	PRIMARY KEY (study_id)
);
INSERT INTO studies VALUES(1,'small');
CREATE TABLE version_info (
	version_info_id INTEGER NOT NULL, 
	schema_version INTEGER, 
	library_version VARCHAR(256), 
	PRIMARY KEY (version_info_id), 
	CHECK (version_info_id=1)
);
INSERT INTO version_info VALUES(1,12,'5.0.0');
CREATE TABLE study_directions (
	study_direction_id INTEGER NOT NULL, 
	direction VARCHAR(8) NOT NULL, 
	study_id INTEGER NOT NULL, 
	objective INTEGER NOT NULL, 
	PRIMARY KEY (study_direction_id), 
	UNIQUE (study_id, objective), 
	FOREIGN KEY(study_id) REFERENCES studies (study_id)
);
INSERT INTO study_directions VALUES(1,'MAXIMIZE',1,0);
INSERT INTO study_directions VALUES(2,'MINIMIZE',1,1);
INSERT INTO study_directions VALUES(3,'MINIMIZE',1,2);
CREATE TABLE study_user_attributes (
	study_user_attribute_id INTEGER NOT NULL, 
	study_id INTEGER, 
	"key" VARCHAR(512), 
	value_json TEXT, 
	PRIMARY KEY (study_user_attribute_id), 
	UNIQUE (study_id, "key"), 
	FOREIGN KEY(study_id) REFERENCES studies (study_id)
);
CREATE TABLE study_system_attributes (
	study_system_attribute_id INTEGER NOT NULL, 
	study_id INTEGER, 
	"key" VARCHAR(512), 
	value_json TEXT, 
	PRIMARY KEY (study_system_attribute_id), 
	UNIQUE (study_id, "key"), 
	FOREIGN KEY(study_id) REFERENCES studies (study_id)
);
INSERT INTO study_system_attributes VALUES(1,1,'study:metric_names','["accuracy", "flops", "latency_ms"]');
CREATE TABLE trials (
	trial_id INTEGER NOT NULL, 
	number INTEGER, 
	study_id INTEGER, 
	state VARCHAR(8) NOT NULL, 
	datetime_start DATETIME, 
	datetime_complete DATETIME, 
	PRIMARY KEY (trial_id), 
	FOREIGN KEY(study_id) REFERENCES studies (study_id)
);
INSERT INTO trials VALUES(1,0,1,'PRUNED','2026-11-22 04:20:38.251660','2026-11-22 04:20:47.468313');
INSERT INTO trials VALUES(2,1,1,'COMPLETE','2026-11-22 04:20:38.674480','2026-11-22 04:20:47.881692');
INSERT INTO trials VALUES(3,2,1,'PRUNED','2026-11-22 04:20:43.627541','2026-11-22 04:20:48.970773');
INSERT INTO trials VALUES(4,3,1,'COMPLETE','2026-11-22 04:20:47.906569','2026-11-22 04:20:50.488233');
INSERT INTO trials VALUES(5,4,1,'RUNNING','2026-11-22 04:20:48.616894',NULL);
INSERT INTO trials VALUES(6,5,1,'PRUNED','2026-11-22 04:20:49.009670','2026-11-22 04:20:50.892756');
INSERT INTO trials VALUES(7,6,1,'RUNNING','2026-11-22 04:20:50.517694',NULL);
INSERT INTO trials VALUES(8,7,1,'RUNNING','2026-11-22 04:20:50.954099',NULL);
CREATE TABLE trial_user_attributes (
	trial_user_attribute_id INTEGER NOT NULL, 
	trial_id INTEGER, 
	"key" VARCHAR(512), 
	value_json TEXT, 
	PRIMARY KEY (trial_user_attribute_id), 
	UNIQUE (trial_id, "key"), 
	FOREIGN KEY(trial_id) REFERENCES trials (trial_id)
);
INSERT INTO trial_user_attributes VALUES(1,1,'architecture','"5044367c0a3b73a6"');
INSERT INTO trial_user_attributes VALUES(2,1,'description','"width 3.0; 1 fire"');
INSERT INTO trial_user_attributes VALUES(3,1,'flops','387312');
INSERT INTO trial_user_attributes VALUES(4,1,'params','1000');
INSERT INTO trial_user_attributes VALUES(5,1,'weight_bytes','4000');
INSERT INTO trial_user_attributes VALUES(6,1,'peak_activation_bytes','110592');
INSERT INTO trial_user_attributes VALUES(7,1,'latency_ms','0.13823649715050124');
INSERT INTO trial_user_attributes VALUES(8,2,'architecture','"da9fb0b153db051c"');
INSERT INTO trial_user_attributes VALUES(9,2,'description','"width 1.0; 1 standard k1"');
INSERT INTO trial_user_attributes VALUES(10,2,'flops','90192');
INSERT INTO trial_user_attributes VALUES(11,2,'params','258');
INSERT INTO trial_user_attributes VALUES(12,2,'weight_bytes','1032');
INSERT INTO trial_user_attributes VALUES(13,2,'peak_activation_bytes','40960');
INSERT INTO trial_user_attributes VALUES(14,2,'latency_ms','0.08662499749334529');
INSERT INTO trial_user_attributes VALUES(15,3,'architecture','"ea2074c629d8a840"');
INSERT INTO trial_user_attributes VALUES(16,3,'description','"width 3.0; 1 standard k3"');
INSERT INTO trial_user_attributes VALUES(17,3,'flops','1548528');
INSERT INTO trial_user_attributes VALUES(18,3,'params','5746');
INSERT INTO trial_user_attributes VALUES(19,3,'weight_bytes','22984');
INSERT INTO trial_user_attributes VALUES(20,3,'peak_activation_bytes','122880');
INSERT INTO trial_user_attributes VALUES(21,3,'latency_ms','0.19255149709351826');
INSERT INTO trial_user_attributes VALUES(22,1,'curve','[[1, 0.085]]');
INSERT INTO trial_user_attributes VALUES(23,2,'curve','[[1, 0.094], [2, 0.115], [3, 0.114]]');
INSERT INTO trial_user_attributes VALUES(24,4,'architecture','"dc370d650a586e37"');
INSERT INTO trial_user_attributes VALUES(25,4,'description','"width 1.0; 1 fire"');
INSERT INTO trial_user_attributes VALUES(26,4,'flops','92240');
INSERT INTO trial_user_attributes VALUES(27,4,'params','244');
INSERT INTO trial_user_attributes VALUES(28,4,'weight_bytes','976');
INSERT INTO trial_user_attributes VALUES(29,4,'peak_activation_bytes','36864');
INSERT INTO trial_user_attributes VALUES(30,4,'latency_ms','0.11659899610094726');
INSERT INTO trial_user_attributes VALUES(31,5,'architecture','"3a3079a05e4a4e77"');
INSERT INTO trial_user_attributes VALUES(32,5,'description','"width 2.0; 1 standard k1"');
INSERT INTO trial_user_attributes VALUES(33,5,'flops','213152');
INSERT INTO trial_user_attributes VALUES(34,5,'params','634');
INSERT INTO trial_user_attributes VALUES(35,5,'weight_bytes','2536');
INSERT INTO trial_user_attributes VALUES(36,5,'peak_activation_bytes','81920');
INSERT INTO trial_user_attributes VALUES(37,5,'latency_ms','0.07915300375316292');
INSERT INTO trial_user_attributes VALUES(38,3,'curve','[[1, 0.085]]');
INSERT INTO trial_user_attributes VALUES(39,6,'architecture','"0cc1d03f7ea481d6"');
INSERT INTO trial_user_attributes VALUES(40,6,'description','"width 1.0; 1 standard k3"');
INSERT INTO trial_user_attributes VALUES(41,6,'flops','221264');
INSERT INTO trial_user_attributes VALUES(42,6,'params','770');
INSERT INTO trial_user_attributes VALUES(43,6,'weight_bytes','3080');
INSERT INTO trial_user_attributes VALUES(44,6,'peak_activation_bytes','40960');
INSERT INTO trial_user_attributes VALUES(45,6,'latency_ms','0.10918849693553057');
INSERT INTO trial_user_attributes VALUES(46,4,'curve','[[1, 0.094], [2, 0.095], [3, 0.112]]');
INSERT INTO trial_user_attributes VALUES(47,7,'architecture','"f07854c42a0b7676"');
INSERT INTO trial_user_attributes VALUES(48,7,'description','"width 2.0; 1 fire"');
INSERT INTO trial_user_attributes VALUES(49,7,'flops','221344');
INSERT INTO trial_user_attributes VALUES(50,7,'params','574');
INSERT INTO trial_user_attributes VALUES(51,7,'weight_bytes','2296');
INSERT INTO trial_user_attributes VALUES(52,7,'peak_activation_bytes','73728');
INSERT INTO trial_user_attributes VALUES(53,7,'latency_ms','0.10915800339716952');
INSERT INTO trial_user_attributes VALUES(54,6,'curve','[[1, 0.085]]');
INSERT INTO trial_user_attributes VALUES(55,8,'architecture','"4d0b18d07e36fdea"');
INSERT INTO trial_user_attributes VALUES(56,8,'description','"width 3.0; 1 standard k1"');
INSERT INTO trial_user_attributes VALUES(57,8,'flops','368880');
INSERT INTO trial_user_attributes VALUES(58,8,'params','1138');
INSERT INTO trial_user_attributes VALUES(59,8,'weight_bytes','4552');
INSERT INTO trial_user_attributes VALUES(60,8,'peak_activation_bytes','122880');
INSERT INTO trial_user_attributes VALUES(61,8,'latency_ms','0.16147599853866268');
CREATE TABLE trial_system_attributes (
	trial_system_attribute_id INTEGER NOT NULL, 
	trial_id INTEGER, 
	"key" VARCHAR(512), 
	value_json TEXT, 
	PRIMARY KEY (trial_system_attribute_id), 
	UNIQUE (trial_id, "key"), 
	FOREIGN KEY(trial_id) REFERENCES trials (trial_id)
);
CREATE TABLE trial_params (
	param_id INTEGER NOT NULL, 
	trial_id INTEGER, 
	param_name VARCHAR(512), 
	param_value FLOAT, 
	distribution_json TEXT, 
	PRIMARY KEY (param_id), 
	UNIQUE (trial_id, param_name), 
	FOREIGN KEY(trial_id) REFERENCES trials (trial_id)
);
INSERT INTO trial_params VALUES(1,1,'width_mult',2.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [1.0, 2.0, 3.0]}}');
INSERT INTO trial_params VALUES(2,1,'stage1.block',1.0,'{"name": "CategoricalDistribution", "attributes": {"choices": ["standard", "fire"]}}');
INSERT INTO trial_params VALUES(3,2,'width_mult',0.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [1.0, 2.0, 3.0]}}');
INSERT INTO trial_params VALUES(4,2,'stage1.block',0.0,'{"name": "CategoricalDistribution", "attributes": {"choices": ["standard", "fire"]}}');
INSERT INTO trial_params VALUES(5,2,'stage1.standard.kernel_size',0.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [1, 3]}}');
INSERT INTO trial_params VALUES(6,3,'width_mult',2.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [1.0, 2.0, 3.0]}}');
INSERT INTO trial_params VALUES(7,3,'stage1.block',0.0,'{"name": "CategoricalDistribution", "attributes": {"choices": ["standard", "fire"]}}');
INSERT INTO trial_params VALUES(8,3,'stage1.standard.kernel_size',1.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [1, 3]}}');
INSERT INTO trial_params VALUES(9,4,'width_mult',0.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [1.0, 2.0, 3.0]}}');
INSERT INTO trial_params VALUES(10,4,'stage1.block',1.0,'{"name": "CategoricalDistribution", "attributes": {"choices": ["standard", "fire"]}}');
INSERT INTO trial_params VALUES(11,5,'width_mult',1.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [1.0, 2.0, 3.0]}}');
INSERT INTO trial_params VALUES(12,5,'stage1.block',0.0,'{"name": "CategoricalDistribution", "attributes": {"choices": ["standard", "fire"]}}');
INSERT INTO trial_params VALUES(13,5,'stage1.standard.kernel_size',0.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [1, 3]}}');
INSERT INTO trial_params VALUES(14,6,'width_mult',0.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [1.0, 2.0, 3.0]}}');
INSERT INTO trial_params VALUES(15,6,'stage1.block',0.0,'{"name": "CategoricalDistribution", "attributes": {"choices": ["standard", "fire"]}}');
INSERT INTO trial_params VALUES(16,6,'stage1.standard.kernel_size',1.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [1, 3]}}');
INSERT INTO trial_params VALUES(17,7,'width_mult',1.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [1.0, 2.0, 3.0]}}');
INSERT INTO trial_params VALUES(18,7,'stage1.block',1.0,'{"name": "CategoricalDistribution", "attributes": {"choices": ["standard", "fire"]}}');
INSERT INTO trial_params VALUES(19,8,'width_mult',2.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [1.0, 2.0, 3.0]}}');
INSERT INTO trial_params VALUES(20,8,'stage1.block',0.0,'{"name": "CategoricalDistribution", "attributes": {"choices": ["standard", "fire"]}}');
INSERT INTO trial_params VALUES(21,8,'stage1.standard.kernel_size',0.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [1, 3]}}');
CREATE TABLE trial_values (
	trial_value_id INTEGER NOT NULL, 
	trial_id INTEGER NOT NULL, 
	objective INTEGER NOT NULL, 
	value FLOAT, 
	value_type VARCHAR(7) NOT NULL, 
	PRIMARY KEY (trial_value_id), 
	UNIQUE (trial_id, objective), 
	FOREIGN KEY(trial_id) REFERENCES trials (trial_id)
);
INSERT INTO trial_values VALUES(1,2,0,0.1140000000000000041,'FINITE');
INSERT INTO trial_values VALUES(2,2,1,90192.0,'FINITE');
INSERT INTO trial_values VALUES(3,2,2,0.086624997493345290422,'FINITE');
INSERT INTO trial_values VALUES(4,4,0,0.11200000000000000233,'FINITE');
INSERT INTO trial_values VALUES(5,4,1,92240.0,'FINITE');
INSERT INTO trial_values VALUES(6,4,2,0.11659899610094726085,'FINITE');
CREATE TABLE trial_intermediate_values (
	trial_intermediate_value_id INTEGER NOT NULL, 
	trial_id INTEGER NOT NULL, 
	step INTEGER NOT NULL, 
	intermediate_value FLOAT, 
	intermediate_value_type VARCHAR(7) NOT NULL, 
	PRIMARY KEY (trial_intermediate_value_id), 
	UNIQUE (trial_id, step), 
	FOREIGN KEY(trial_id) REFERENCES trials (trial_id)
);
CREATE TABLE trial_heartbeats (
	trial_heartbeat_id INTEGER NOT NULL, 
	trial_id INTEGER NOT NULL, 
	heartbeat DATETIME NOT NULL, 
	PRIMARY KEY (trial_heartbeat_id), 
	UNIQUE (trial_id), 
	FOREIGN KEY(trial_id) REFERENCES trials (trial_id)
);
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO alembic_version VALUES('v3.2.0.a');
CREATE UNIQUE INDEX ix_studies_study_name ON studies (study_name);
CREATE INDEX ix_trials_study_id ON trials (study_id);
COMMIT;
