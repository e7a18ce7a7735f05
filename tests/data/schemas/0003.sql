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
INSERT INTO nas_studies VALUES(1,'small','INTERRUPTED','2026-11-22 07:43:58.075849','5f5b6bfadac584c8',0,replace('name: small\nseed: 0\ndataset: {name: cluttered_digits, train_size: 400}\nspace:\n  stem: {out_channels: 8}\n  width_mult: [1.0, 2.0, 3.0]\n  stages: [{out_channels: 8, stride: 2, block: [{standard: {kernel_size: [1, 3]}}, fire]}]\nobjectives: [accuracy, flops, latency_ms]\nsearch: {num_trials: 8}\nfidelity: {max_epochs: 3, min_epochs: 1, reduction_factor: 3}\n','\n',char(10)),'{"name": "small", "seed": 0, "dataset": {"name": "cluttered_digits", "root": null, "variant": null, "size": null, "channels": null, "flip": null, "train_size": 400, "validation_size": null, "seed": 0}, "space": {"input": null, "stem": {"out_channels": [8], "kernel_size": [3], "stride": [1], "num_convs": [1], "pool": [false]}, "width_mult": [1.0, 2.0, 3.0], "resolution_mult": [1.0], "activation": ["relu"], "channel_multiple": 8, "stages": [{"out_channels": [8], "num_blocks": [1], "stride": [2], "block": [{"standard": {"kernel_size": [1, 3], "dilation": [1], "groups": [1], "residual": ["none"]}}, {"fire": {"squeeze_ratio": [0.125], "wide_share": [0.5], "kernel_size": [3], "dilation": [1], "groups": [1], "bypass": ["none"], "norm": [true]}}]}], "head": {"conv_channels": [0], "dropout": [0.0]}}, "objectives": ["accuracy", "flops", "latency_ms"], "constraints": {"flops": null, "params": null, "latency_ms": null, "peak_activation_bytes": null, "weight_bytes": null, "accuracy": null}, "latency": {"device": "cpu", "backend": "eager", "dtype": "float32", "batch_size": 1, "num_threads": 1, "memory_format": "contiguous", "table": null, "max_profile_seconds": null}, "search": {"sampler": "cost_aware", "num_trials": 8, "time_limit": null, "start_from": [], "reuse": true}, "fidelity": {"scheduler": "halving", "max_epochs": 3, "min_epochs": 1, "reduction_factor": 3, "num_brackets": null}, "evaluator": "proxy", "proxy": {"batch_size": 32, "learning_rate": 0.1, "schedule": "cosine", "warmup_epochs": 0.5, "momentum": 0.9, "weight_decay": 0.0005, "label_smoothing": 0.0, "averaging": 0.98, "augmentation": {"flip": true, "crop": 0, "cutout": 0, "mixup": 0.0}, "execution": "auto"}, "workers": {"cpus_per_trial": 1.0, "gpus_per_trial": 0.0, "max_concurrent": null, "trial_time_limit": null, "epoch_time_limit": null, "max_retries": 2, "max_memory_growth": 1073741824.0}, "checkpoints": null}','cluttered_digits','25848e892b0c78db','[1, 32, 32]',10,'{"python": "3.11.7", "conv-nas": "0.1.0", "torch": "2.13.0+cpu", "optuna": "5.0.0", "ray": "2.60.0", "sqlalchemy": "2.1.9", "numpy": "2.4.6"}','{"system": "Linux", "machine": "x86_64", "num_cpus": 2}');
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
INSERT INTO nas_architectures VALUES('3e7130875b1f1a42','{"in_shape": [1, 32, 32], "blocks": [{"name": "stem", "type": "stem", "layers": [{"name": "conv", "op": "conv", "inputs": [-1], "in_channels": 1, "out_channels": 16, "kernel_size": [3, 3], "stride": [1, 1], "padding": [1, 1], "dilation": [1, 1], "groups": 1, "bias": false, "transposed": false, "output_padding": [0, 0]}, {"name": "conv_norm", "op": "batch_norm", "inputs": [0], "num_features": 16}, {"name": "conv_act", "op": "activation", "inputs": [1], "function": "relu"}]}, {"name": "stage1.0", "type": "standard", "layers": [{"name": "conv", "op": "conv", "inputs": [-1], "in_channels": 16, "out_channels": 16, "kernel_size": [3, 3], "stride": [2, 2], "padding": [1, 1], "dilation": [1, 1], "groups": 1, "bias": false, "transposed": false, "output_padding": [0, 0]}, {"name": "conv_norm", "op": "batch_norm", "inputs": [0], "num_features": 16}, {"name": "conv_act", "op": "activation", "inputs": [1], "function": "relu"}]}, {"name": "head", "type": "head", "layers": [{"name": "pool", "op": "adaptive_avg_pool", "inputs": [-1], "output_size": 1}, {"name": "flatten", "op": "flatten", "inputs": [0]}, {"name": "linear", "op": "linear", "inputs": [1], "in_features": 16, "out_features": 10, "bias": true}]}]}',737440,2682,10728,81920,5);
CREATE TABLE nas_calibrations (
	id INTEGER NOT NULL, 
	experiment_name VARCHAR NOT NULL, 
	dataset_fingerprint VARCHAR NOT NULL, 
	calibrated_at DATETIME NOT NULL, 
	recommended_epochs INTEGER, 
	result JSON NOT NULL, 
	PRIMARY KEY (id)
);
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
	restarts INTEGER DEFAULT '0' NOT NULL, 
	PRIMARY KEY (id), 
	UNIQUE (study_id, number), 
	UNIQUE (study_id, architecture_id), 
	FOREIGN KEY(study_id) REFERENCES nas_studies (id), 
	FOREIGN KEY(architecture_id) REFERENCES nas_architectures (id)
);
INSERT INTO nas_trials VALUES(1,1,0,'5044367c0a3b73a6','{"width_mult": 3.0, "stage1.block": "fire"}','width 3.0; 1 fire',0.074272107229775216619,'PRUNED',1,0.085000000000000006106,'2026-11-22 07:44:06.605005','2026-11-22 07:44:15.548712','2026-11-22 07:44:19.967381',1.1369432159990537911,'a5a551de',NULL,NULL,NULL,0,0);
INSERT INTO nas_trials VALUES(2,1,1,'da9fb0b153db051c','{"width_mult": 1.0, "stage1.block": "standard", "stage1.standard.kernel_size": 1}','width 1.0; 1 standard k1',0.04247647856873892902,'COMPLETE',3,0.1140000000000000041,'2026-11-22 07:44:06.642063','2026-11-22 07:44:16.748669','2026-11-22 07:44:20.399557',1.0824193520020344294,'56e878db',NULL,NULL,NULL,0,0);
INSERT INTO nas_trials VALUES(3,1,2,'ea2074c629d8a840','{"width_mult": 3.0, "stage1.block": "standard", "stage1.standard.kernel_size": 3}','width 3.0; 1 standard k3',0.11537281294739047676,'PRUNED',1,0.085000000000000006106,'2026-11-22 07:44:16.783006','2026-11-22 07:44:20.284463','2026-11-22 07:44:20.615639',0.25437100799899781122,'f0a4a12b',NULL,NULL,NULL,0,0);
INSERT INTO nas_trials VALUES(4,1,3,'dc370d650a586e37','{"width_mult": 1.0, "stage1.block": "fire"}','width 1.0; 1 fire',0.067198998667628948022,'COMPLETE',3,0.11200000000000000233,'2026-11-22 07:44:20.343772','2026-11-22 07:44:20.860689','2026-11-22 07:44:22.767992',1.2668648130056681111,'3fffd6f8',NULL,NULL,NULL,0,0);
INSERT INTO nas_trials VALUES(5,1,4,'3a3079a05e4a4e77','{"width_mult": 2.0, "stage1.block": "standard", "stage1.standard.kernel_size": 1}','width 2.0; 1 standard k1',0.043795027007158447707,'COMPLETE',3,0.098000000000000003774,'2026-11-22 07:44:20.826186','2026-11-22 07:44:20.876872','2026-11-22 07:44:23.949922',2.2516872300038812682,'064eda12',NULL,NULL,NULL,0,0);
INSERT INTO nas_trials VALUES(6,1,5,'0cc1d03f7ea481d6','{"width_mult": 1.0, "stage1.block": "standard", "stage1.standard.kernel_size": 3}','width 1.0; 1 standard k3',0.064703407045100677641,'PRUNED',1,0.085000000000000006106,'2026-11-22 07:44:21.019273','2026-11-22 07:44:22.800491','2026-11-22 07:44:23.629537',0.64035890199738787487,'e7efa637',NULL,NULL,NULL,0,0);
INSERT INTO nas_trials VALUES(7,1,6,'f07854c42a0b7676','{"width_mult": 2.0, "stage1.block": "fire"}','width 2.0; 1 fire',0.063499320547178592089,'WAITING',0,NULL,'2026-11-22 07:44:23.056623','2026-11-22 07:44:23.657723',NULL,0.0,NULL,NULL,NULL,NULL,0,1);
INSERT INTO nas_trials VALUES(8,1,7,'3e7130875b1f1a42','{"width_mult": 2.0, "stage1.block": "standard", "stage1.standard.kernel_size": 3}','width 2.0; 1 standard k3',0.089377253769407916106,'WAITING',0,NULL,'2026-11-22 07:44:23.871205',NULL,NULL,0.0,NULL,NULL,NULL,NULL,0,0);
CREATE TABLE nas_events (
	id INTEGER NOT NULL, 
	study_id INTEGER, 
	at DATETIME NOT NULL, 
	kind VARCHAR NOT NULL, 
	trial_number INTEGER, 
	text VARCHAR NOT NULL, 
	data JSON NOT NULL, 
	PRIMARY KEY (id), 
	FOREIGN KEY(study_id) REFERENCES nas_studies (id)
);
INSERT INTO nas_events VALUES(1,1,'2026-11-22 07:43:58.096196','launched',NULL,'launched with 8 trials','{}');
INSERT INTO nas_events VALUES(2,1,'2026-11-22 07:44:26.178869','ended',NULL,'interrupted: stopped by hand','{}');
CREATE TABLE nas_runners (
	study_id INTEGER NOT NULL, 
	token VARCHAR NOT NULL, 
	host VARCHAR NOT NULL, 
	pid INTEGER NOT NULL, 
	user_name VARCHAR NOT NULL, 
	acquired_at DATETIME NOT NULL, 
	heartbeat_at DATETIME NOT NULL, 
	expires_at DATETIME NOT NULL, 
	stop_requested_at DATETIME, 
	PRIMARY KEY (study_id), 
	FOREIGN KEY(study_id) REFERENCES nas_studies (id)
);
CREATE TABLE nas_executions (
	study_id INTEGER NOT NULL, 
	execution JSON NOT NULL, 
	measured_at DATETIME NOT NULL, 
	PRIMARY KEY (study_id), 
	FOREIGN KEY(study_id) REFERENCES nas_studies (id)
);
INSERT INTO nas_executions VALUES(1,'{"device_name": "AMD EPYC", "versions": "torch 2.13.0+cpu", "batch_size": 32, "num_threads": 1, "elements": {"float32": 1.4407501220704833, "bfloat16": 1.45438766479522, "cast": 0.11182403564390553}, "families": {"dense 1x1, stride 1x1, dilation 1x1": {"elements": 61440, "flops": 884736, "float32": [0.5981420000003013, 0.6454429999998013, 0.5379830000000752], "bfloat16": [0.3065270000002229, 0.2827920000001427, 0.44240999999978214]}, "dense 1x1, stride 2x2, dilation 1x1": {"elements": 43008, "flops": 221184, "float32": [0.24593700000075103, 0.9923409999998967, 0.30035800000050017], "bfloat16": [0.24141000000010848, 0.6230200000008068, 0.21733399999934733]}, "dense 3x3, stride 1x1, dilation 1x1": {"elements": 24576, "flops": 5308416, "float32": [1.7160399999998077, 1.661469000000082, 2.0127329999999333], "bfloat16": [0.9078640000002025, 0.9192710000007764, 1.2203010000000347]}, "dense 3x3, stride 2x2, dilation 1x1": {"elements": 36864, "flops": 2654208, "float32": [1.432988000000357, 1.9070860000001133, 1.1844070000002205], "bfloat16": [0.7185320000004936, 1.2805309999999182, 0.9281950000001871]}}, "autocast": false, "cuda_graphs": false}','2026-11-22 07:43:58.760152');
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
INSERT INTO nas_latency_blocks VALUES('66cb7ffd26ccf714','08096cb16ab28926',0.038072001188993453979,0.035732999094761908054,0.039008002204354852437,0.0047170033212751150131,48,0.026699002773966640233,0,'2026-11-22 07:43:57.465118');
INSERT INTO nas_latency_blocks VALUES('4e056176bbd9d4f4','08096cb16ab28926',0.086988999100867658853,0.078356999438256025314,0.092337999376468360424,0.018036997062154114246,37,0.026699002773966640233,0,'2026-11-22 07:43:57.465913');
INSERT INTO nas_latency_blocks VALUES('d382a86ebaa57433','08096cb16ab28926',0.040840997826308012008,0.035652999940793961286,0.043815998651552945375,0.0080530080595053732395,44,0.026699002773966640233,0,'2026-11-22 07:43:57.466519');
INSERT INTO nas_latency_blocks VALUES('d0c3eaac3bf41baa','08096cb16ab28926',0.023655502445762977004,0.021742998796980828046,0.024977998691610991954,0.0052269970183260738849,75,0.026699002773966640233,0,'2026-11-22 07:43:57.466945');
INSERT INTO nas_latency_blocks VALUES('6f6b15a634ae9735','08096cb16ab28926',0.014081000699661672115,0.013951001164969056844,0.014312005077954381704,0.0033550022635608911514,219,0.026699002773966640233,0,'2026-11-22 07:43:57.467293');
INSERT INTO nas_latency_blocks VALUES('6c4af05f774ade97','08096cb16ab28926',0.019638999219750985503,0.016284000594168901443,0.025337998522445559501,0.020010003936477005481,81,0.026699002773966640233,0,'2026-11-22 07:43:57.467618');
INSERT INTO nas_latency_blocks VALUES('00b4c92555d8a80d','08096cb16ab28926',0.067510998633224517107,0.065657994127832353115,0.068221001129131764173,0.0043760010157711803913,53,0.026699002773966640233,0,'2026-11-22 07:43:57.467994');
INSERT INTO nas_latency_blocks VALUES('57542946b4973e7e','08096cb16ab28926',0.019639999663922935724,0.018787999579217284917,0.021261999791022390127,0.003264998667873442173,63,0.026699002773966640233,0,'2026-11-22 07:43:57.468284');
INSERT INTO nas_latency_blocks VALUES('dc851cc05fb33a6a','08096cb16ab28926',0.013069999113213270902,0.01212899951497092843,0.013760000001639127731,0.0028340000426396727561,150,0.026829999114852398633,0,'2026-11-22 07:43:57.468542');
INSERT INTO nas_latency_blocks VALUES('503fc85381f2b4c2','08096cb16ab28926',0.091287001851014792919,0.090244000602979212999,0.091836998763028532266,0.0070910027716308832168,69,0.026829999114852398633,0,'2026-11-22 07:43:57.468791');
INSERT INTO nas_latency_blocks VALUES('f8d858c03123f176','08096cb16ab28926',0.016935002349782735109,0.016754995158407837152,0.017056001524906605482,0.00050099333748221397399,66,0.026829999114852398633,0,'2026-11-22 07:43:57.469038');
INSERT INTO nas_latency_blocks VALUES('e2ff5862c816c32c','08096cb16ab28926',0.012017997505608946084,0.011898002412635833024,0.012137999874539673328,0.0027740024961531162261,254,0.026829999114852398633,0,'2026-11-22 07:43:57.469278');
INSERT INTO nas_latency_blocks VALUES('03191367eea97348','08096cb16ab28926',0.045683500502491369843,0.045507003960665315389,0.046139000914990901947,0.0025240005925297737121,49,0.026829999114852398633,0,'2026-11-22 07:43:57.469515');
INSERT INTO nas_latency_blocks VALUES('cc397806b5c641bc','08096cb16ab28926',0.038798003515694290399,0.03809700137935578823,0.038867998227942734956,0.0012930031516589224338,63,0.026829999114852398633,0,'2026-11-22 07:43:57.469750');
INSERT INTO nas_latency_blocks VALUES('9fa1b922b77c6fa8','08096cb16ab28926',0.013409997336566448211,0.013309996575117111206,0.013569995644502341747,0.000321000698022544384,61,0.026829999114852398633,0,'2026-11-22 07:43:57.469985');
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
INSERT INTO nas_latency_networks VALUES('5044367c0a3b73a6','["d0c3eaac3bf41baa", "03191367eea97348", "dc851cc05fb33a6a"]','08096cb16ab28926',0.079097997513599693775,0.078356999438256025314,0.079929995990823954343,0.003866000042762607336,127,0.026629997591953724622,0,'2026-11-22 07:43:58.053808');
INSERT INTO nas_latency_networks VALUES('3a3079a05e4a4e77','["57542946b4973e7e", "f8d858c03123f176", "e2ff5862c816c32c"]','08096cb16ab28926',0.046159002522472292184,0.04589799937093630433,0.046538996684830635786,0.0018130012904293835163,58,0.026629997591953724622,0,'2026-11-22 07:43:58.054826');
INSERT INTO nas_latency_networks VALUES('da9fb0b153db051c','["6f6b15a634ae9735", "9fa1b922b77c6fa8", "6c4af05f774ade97"]','08096cb16ab28926',0.039890001062303781509,0.039669001125730574131,0.040120001358445733785,0.0013730023056268692016,36,0.026629997591953724622,0,'2026-11-22 07:43:58.055300');
INSERT INTO nas_latency_networks VALUES('dc370d650a586e37','["6f6b15a634ae9735", "d382a86ebaa57433", "6c4af05f774ade97"]','08096cb16ab28926',0.060080004914198070764,0.059698999393731355667,0.060800994106102734804,0.0027139976737089455127,53,0.026629997591953724622,0,'2026-11-22 07:43:58.055668');
INSERT INTO nas_latency_networks VALUES('f07854c42a0b7676','["57542946b4973e7e", "cc397806b5c641bc", "e2ff5862c816c32c"]','08096cb16ab28926',0.068457498855423182249,0.067902001319453120231,0.068952998844906687736,0.0020730003598146140575,56,0.026629997591953724622,0,'2026-11-22 07:43:58.056351');
INSERT INTO nas_latency_networks VALUES('4d0b18d07e36fdea','["d0c3eaac3bf41baa", "4e056176bbd9d4f4", "dc851cc05fb33a6a"]','08096cb16ab28926',0.10688900147215463221,0.10593800107017159461,0.10803099576150998473,0.012027994671370834112,177,0.026629997591953724622,0,'2026-11-22 07:43:58.056696');
INSERT INTO nas_latency_networks VALUES('0cc1d03f7ea481d6','["6f6b15a634ae9735", "66cb7ffd26ccf714", "6c4af05f774ade97"]','08096cb16ab28926',0.062348000938072800636,0.061792001361027359962,0.062733997765462845563,0.0019530052668415009975,51,0.026629997591953724622,0,'2026-11-22 07:43:58.057033');
INSERT INTO nas_latency_networks VALUES('3e7130875b1f1a42','["57542946b4973e7e", "00b4c92555d8a80d", "e2ff5862c816c32c"]','08096cb16ab28926',0.095036499260459095239,0.09434099774807691574,0.095903997134882956743,0.0062379986047744750976,104,0.026629997591953724622,0,'2026-11-22 07:43:58.057389');
INSERT INTO nas_latency_networks VALUES('ea2074c629d8a840','["d0c3eaac3bf41baa", "503fc85381f2b4c2", "dc851cc05fb33a6a"]','08096cb16ab28926',0.12278299982426688075,0.12169100227765738964,0.12381499982438981533,0.0049470036174170672893,140,0.026369998522568494081,0,'2026-11-22 07:43:58.057666');
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
INSERT INTO nas_latency_fits VALUES('08096cb16ab28926','17953e009a3eac95','networks',0.07130387684927953773,9,'2026-11-22 07:43:58.058988');
CREATE TABLE nas_epochs (
	trial_id INTEGER NOT NULL, 
	epochs INTEGER NOT NULL, 
	accuracy DOUBLE NOT NULL, 
	train_loss DOUBLE, 
	train_s DOUBLE NOT NULL, 
	PRIMARY KEY (trial_id, epochs), 
	FOREIGN KEY(trial_id) REFERENCES nas_trials (id)
);
INSERT INTO nas_epochs VALUES(2,1,0.094000000000000000222,2.3411920070648193359,0.39872289400227600708);
INSERT INTO nas_epochs VALUES(2,2,0.11500000000000000499,2.2934029102325439453,0.10767093300091801211);
INSERT INTO nas_epochs VALUES(1,1,0.085000000000000006106,2.3131449222564697265,1.1369432159990537911);
INSERT INTO nas_epochs VALUES(2,3,0.1140000000000000041,2.2893111705780029296,0.57602552499884041026);
INSERT INTO nas_epochs VALUES(3,1,0.085000000000000006106,2.3351230621337890625,0.25437100799899781122);
INSERT INTO nas_epochs VALUES(4,1,0.094000000000000000222,2.3473539352416992187,0.30391200200392631813);
INSERT INTO nas_epochs VALUES(5,1,0.09500000000000000111,2.3218505382537841796,0.82975627200357848778);
INSERT INTO nas_epochs VALUES(4,2,0.09500000000000000111,2.297084808349609375,0.53937222300010034814);
INSERT INTO nas_epochs VALUES(4,3,0.11200000000000000233,2.2894992828369140625,0.42358058800164144486);
INSERT INTO nas_epochs VALUES(5,2,0.098000000000000003774,2.3009507656097412109,0.58486568299849750474);
INSERT INTO nas_epochs VALUES(6,1,0.085000000000000006106,2.3257911205291748046,0.64035890199738787487);
INSERT INTO nas_epochs VALUES(5,3,0.098000000000000003774,2.2867171764373779296,0.83706527500180527567);
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
INSERT INTO nas_layer_diagnostics VALUES(5,'stem.conv',0,16,0.0,0.52441716194152832031,9.6717575710892145224);
INSERT INTO nas_layer_diagnostics VALUES(5,'stage1.0.conv',1,16,0.0,0.36222487688064575195,11.340079270966409552);
CREATE TABLE nas_checkpoints (
	trial_id INTEGER NOT NULL, 
	epochs INTEGER NOT NULL, 
	uri VARCHAR NOT NULL, 
	sha256 VARCHAR NOT NULL, 
	bytes INTEGER NOT NULL, 
	written_at DATETIME NOT NULL, 
	PRIMARY KEY (trial_id), 
	FOREIGN KEY(trial_id) REFERENCES nas_trials (id)
);
CREATE TABLE nas_exports (
	id INTEGER NOT NULL, 
	study_id INTEGER NOT NULL, 
	trial_id INTEGER NOT NULL, 
	exported_at DATETIME NOT NULL, 
	format VARCHAR NOT NULL, 
	file_name VARCHAR NOT NULL, 
	sha256 VARCHAR NOT NULL, 
	proof JSON NOT NULL, 
	PRIMARY KEY (id), 
	FOREIGN KEY(study_id) REFERENCES nas_studies (id), 
	FOREIGN KEY(trial_id) REFERENCES nas_trials (id)
);
CREATE TABLE nas_trainings (
	id INTEGER NOT NULL, 
	study_id INTEGER, 
	trial_id INTEGER, 
	architecture_id VARCHAR NOT NULL, 
	recipe JSON NOT NULL, 
	seed INTEGER NOT NULL, 
	state VARCHAR NOT NULL, 
	started_at DATETIME NOT NULL, 
	finished_at DATETIME, 
	epochs INTEGER NOT NULL, 
	max_epochs INTEGER NOT NULL, 
	validation_accuracy DOUBLE, 
	test_accuracy DOUBLE, 
	num_test_images INTEGER, 
	train_s DOUBLE NOT NULL, 
	failure VARCHAR, 
	checkpoint VARCHAR, 
	weights_sha256 VARCHAR, 
	hardware JSON NOT NULL, 
	versions JSON NOT NULL, 
	PRIMARY KEY (id), 
	FOREIGN KEY(study_id) REFERENCES nas_studies (id), 
	FOREIGN KEY(trial_id) REFERENCES nas_trials (id)
);
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
CREATE TABLE nas_training_keys (
	trial_id INTEGER NOT NULL, 
	training_key VARCHAR NOT NULL, 
	PRIMARY KEY (trial_id), 
	FOREIGN KEY(trial_id) REFERENCES nas_trials (id)
);
INSERT INTO nas_training_keys VALUES(1,'2fc121fd97f6c8a09fb12d8a39192162');
INSERT INTO nas_training_keys VALUES(2,'273c392ed9d9a95fbfde20261ef1be51');
INSERT INTO nas_training_keys VALUES(3,'24bcf2893b3f3b85a6ca2640e6a56e2b');
INSERT INTO nas_training_keys VALUES(4,'1ac06292b415c6d37d9f4ad9dbe11319');
INSERT INTO nas_training_keys VALUES(5,'10b2ac7debbcb7a173966217306116ef');
INSERT INTO nas_training_keys VALUES(6,'b0cc1ba618c2a0e97df0783b92e15112');
INSERT INTO nas_training_keys VALUES(7,'d125521100bac1c21f6b540745e834ca');
INSERT INTO nas_training_keys VALUES(8,'3eaa5811bdab78a9337a3b32d700491e');
CREATE TABLE nas_reused_trials (
	trial_id INTEGER NOT NULL, 
	source_trial_id INTEGER NOT NULL, 
	epochs INTEGER NOT NULL, 
	PRIMARY KEY (trial_id), 
	FOREIGN KEY(trial_id) REFERENCES nas_trials (id), 
	FOREIGN KEY(source_trial_id) REFERENCES nas_trials (id)
);
CREATE TABLE nas_training_epochs (
	training_id INTEGER NOT NULL, 
	epochs INTEGER NOT NULL, 
	validation_accuracy DOUBLE, 
	train_loss DOUBLE NOT NULL, 
	train_s DOUBLE NOT NULL, 
	PRIMARY KEY (training_id, epochs), 
	FOREIGN KEY(training_id) REFERENCES nas_trainings (id)
);
CREATE TABLE nas_alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	PRIMARY KEY (version_num)
);
INSERT INTO nas_alembic_version VALUES('0003');
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
INSERT INTO study_system_attributes VALUES(2,1,'dashboard:note_ver','1');
INSERT INTO study_system_attributes VALUES(3,1,'dashboard:note_str:0','"|||\n|---|---|\n|Data set|cluttered\\_digits|\n|Objectives|Accuracy, FLOPs, Latency|\n\nAccuracy is that on validation images after a short training. FLOPs are multiply\\-adds of one image, counted once. A trial that is pruned was stopped early, since others did better after as many epochs. A network outside a limit on costs is never trained; one outside a limit on accuracy is infeasible."');
INSERT INTO study_system_attributes VALUES(4,1,'dashboard:1:note_ver','1');
INSERT INTO study_system_attributes VALUES(5,1,'dashboard:1:note_str:0','"- width 3.0\n- 1 fire\n\n|||\n|---|---|\n|Accuracy|0.0850 after 1 epoch|\n|FLOPs|387k|\n|Parameters|1k|\n|Latency|0.0743 ms|\n|Peak activations|108 KiB|\n|Weights|3.91 KiB|\n\n|Layer|What|Output|Parameters|FLOPs|\n|---|---|---|--:|--:|\n|stem.conv|conv 3x3, norm, relu|24x32x32|264|221k|\n|stage1.0.squeeze|conv 1x1, norm, relu|3x32x32|78|73.7k|\n|stage1.0.expand1x1|conv 1x1/2, norm, relu|12x16x16|60|9.22k|\n|stage1.0.expand|conv 3x3/2, norm, relu|12x16x16|348|82.9k|\n|stage1.0.concat|concat|24x16x16|||\n|head.pool|adaptive\\_avg\\_pool|24x1x1|||\n|head.flatten|flatten|24|||\n|head.linear|linear|10|250|240|\n\n**As code**\n\n```sh\nnas export small --trial 0\n```"');
INSERT INTO study_system_attributes VALUES(6,1,'dashboard:2:note_ver','1');
INSERT INTO study_system_attributes VALUES(7,1,'dashboard:2:note_str:0','"- width 1.0\n- 1 standard k1\n\n|||\n|---|---|\n|Accuracy|0.1140 after 3 epochs|\n|FLOPs|90.2k|\n|Parameters|258|\n|Latency|0.0425 ms|\n|Peak activations|40 KiB|\n|Weights|1.01 KiB|\n\n|Layer|What|Output|Parameters|FLOPs|\n|---|---|---|--:|--:|\n|stem.conv|conv 3x3, norm, relu|8x32x32|88|73.7k|\n|stage1.0.conv|conv 1x1/2, norm, relu|8x16x16|80|16.4k|\n|head.pool|adaptive\\_avg\\_pool|8x1x1|||\n|head.flatten|flatten|8|||\n|head.linear|linear|10|90|80|\n\n**As code**\n\n```sh\nnas export small --trial 1\n```"');
INSERT INTO study_system_attributes VALUES(8,1,'dashboard:3:note_ver','1');
INSERT INTO study_system_attributes VALUES(9,1,'dashboard:3:note_str:0','"- width 3.0\n- 1 standard k3\n\n|||\n|---|---|\n|Accuracy|0.0850 after 1 epoch|\n|FLOPs|1.55M|\n|Parameters|5.75k|\n|Latency|0.115 ms|\n|Peak activations|120 KiB|\n|Weights|22.4 KiB|\n\n|Layer|What|Output|Parameters|FLOPs|\n|---|---|---|--:|--:|\n|stem.conv|conv 3x3, norm, relu|24x32x32|264|221k|\n|stage1.0.conv|conv 3x3/2, norm, relu|24x16x16|5.23k|1.33M|\n|head.pool|adaptive\\_avg\\_pool|24x1x1|||\n|head.flatten|flatten|24|||\n|head.linear|linear|10|250|240|\n\n**As code**\n\n```sh\nnas export small --trial 2\n```"');
INSERT INTO study_system_attributes VALUES(10,1,'dashboard:plot_data:front-flops:0','"{\"data\":[{\"customdata\":[3,4],\"hovertemplate\":\"%{hovertext}\\u003cextra\\u003e\\u003c\\u002fextra\\u003e\",\"hovertext\":[\"\\u003cb\\u003etrial 3\\u003c\\u002fb\\u003e \\u00b7 complete\\u003cbr\\u003ewidth 1.0\\u003cbr\\u003e1 fire\\u003cbr\\u003eaccuracy \\u003cb\\u003e0.1120\\u003c\\u002fb\\u003e after 3 epochs\\u003cbr\\u003e92.2k FLOPs \\u00b7 244 parameters \\u00b7 0.0672 ms\",\"\\u003cb\\u003etrial 4\\u003c\\u002fb\\u003e \\u00b7 complete\\u003cbr\\u003ewidth 2.0\\u003cbr\\u003e1 standard k1\\u003cbr\\u003eaccuracy \\u003cb\\u003e0.0980\\u003c\\u002fb\\u003e after 3 epochs\\u003cbr\\u003e213k FLOPs \\u00b7 634 parameters \\u00b7 0.0438 ms\"],\"marker\":{\"color\":\"#a3acb8\",\"size\":7},\"mode\":\"markers\",\"name\":\"finished\",\"x\":[92240.0,213152.0],\"y\":[0.112,0.098],\"type\":\"scatter\"},{\"hoverinfo\":\"skip\",\"line\":{\"color\":\"#0a5fb4\",\"shape\":\"hv\",\"width\":2},\"mode\":\"lines\",\"name\":\"best up to this cost\",\"x\":[90192.0],\"y\":[0.114],\"type\":\"scatter\"},{\"customdata\":[],\"hovertemplate\":\"%{hovertext}\\u003cextra\\u003e\\u003c\\u002fextra\\u003e\",\"hovertext\":[],\"marker\":{\"color\":\"#0a5fb4\",\"line\":{\"color\":\"#ffffff\",\"width\":1.5},\"size\":11},\"mode\":\"markers\",\"name\":\"Pareto front\",\"x\":[],\"y\":[],\"type\":\"scatter\"},{\"customdata\":[1],\"hovertemplate\":\"%{hovertext}\\u003cextra\\u003e\\u003c\\u002fextra\\u003e\",\"hovertext\":[\"\\u003cb\\u003etrial 1\\u003c\\u002fb\\u003e \\u00b7 complete \\u00b7 on the front \\u00b7 knee\\u003cbr\\u003ewidth 1.0\\u003cbr\\u003e1 standard k1\\u003cbr\\u003eaccuracy \\u003cb\\u003e0.1140\\u003c\\u002fb\\u003e after 3 epochs\\u003cbr\\u003e90.2k FLOPs \\u00b7 258 parameters \\u00b7 0.0425 ms\"],\"marker\":{\"color\":\"#c44900\",\"line\":{\"color\":\"#ffffff\",\"width\":1.5},\"size\":15,\"symbol\":\"diamond\"},\"mode\":\"markers\",\"name\":\"knee\",\"x\":[90192.0],\"y\":[0.114],\"type\":\"scatter\"},{\"customdata\":[0,2,5],\"hovertemplate\":\"%{hovertext}\\u003cextra\\u003e\\u003c\\u002fextra\\u003e\",\"hovertext\":[\"\\u003cb\\u003etrial 0\\u003c\\u002fb\\u003e \\u00b7 stopped early\\u003cbr\\u003ewidth 3.0\\u003cbr\\u003e1 fire\\u003cbr\\u003eaccuracy \\u003cb\\u003e0.0850\\u003c\\u002fb\\u003e after 1 epoch\\u003cbr\\u003e387k FLOPs \\u00b7 1k parameters \\u00b7 0.0743 "');
INSERT INTO study_system_attributes VALUES(11,1,'dashboard:plot_data:front-flops:1','"ms\",\"\\u003cb\\u003etrial 2\\u003c\\u002fb\\u003e \\u00b7 stopped early\\u003cbr\\u003ewidth 3.0\\u003cbr\\u003e1 standard k3\\u003cbr\\u003eaccuracy \\u003cb\\u003e0.0850\\u003c\\u002fb\\u003e after 1 epoch\\u003cbr\\u003e1.55M FLOPs \\u00b7 5.75k parameters \\u00b7 0.115 ms\",\"\\u003cb\\u003etrial 5\\u003c\\u002fb\\u003e \\u00b7 stopped early\\u003cbr\\u003ewidth 1.0\\u003cbr\\u003e1 standard k3\\u003cbr\\u003eaccuracy \\u003cb\\u003e0.0850\\u003c\\u002fb\\u003e after 1 epoch\\u003cbr\\u003e221k FLOPs \\u00b7 770 parameters \\u00b7 0.0647 ms\"],\"marker\":{\"color\":\"#5a6370\",\"line\":{\"color\":\"#5a6370\",\"width\":1.5},\"opacity\":0.8,\"size\":9,\"symbol\":\"line-ns-open\"},\"mode\":\"markers\",\"name\":\"stopped early\",\"x\":[387312.0,1548528.0,221264.0],\"y\":[0,0,0],\"yaxis\":\"y2\",\"type\":\"scatter\"}],\"layout\":{\"template\":{\"data\":{\"scatter\":[{\"type\":\"scatter\"}]}},\"font\":{\"family\":\"system-ui, -apple-system, ''Segoe UI'', Roboto, ''Helvetica Neue'', sans-serif\",\"color\":\"#191d23\",\"size\":13},\"margin\":{\"l\":56,\"r\":16,\"t\":96,\"b\":52},\"xaxis\":{\"title\":{\"font\":{\"color\":\"#5a6370\",\"size\":13},\"standoff\":10,\"text\":\"FLOPs (multiply-adds)\"},\"tickfont\":{\"color\":\"#5a6370\",\"size\":12},\"gridcolor\":\"#e1e5ea\",\"linecolor\":\"#5a6370\",\"tickcolor\":\"#e1e5ea\",\"zeroline\":false,\"ticks\":\"outside\",\"ticklen\":4,\"automargin\":true,\"tickformat\":\"~s\",\"nticks\":3,\"type\":\"log\",\"range\":[4.881082954772214,6.264004125244979],\"anchor\":\"y2\"},\"yaxis\":{\"title\":{\"font\":{\"color\":\"#5a6370\",\"size\":13},\"standoff\":10,\"text\":\"Validation accuracy\"},\"tickfont\":{\"color\":\"#5a6370\",\"size\":12},\"gridcolor\":\"#e1e5ea\",\"linecolor\":\"#5a6370\",\"tickcolor\":\"#e1e5ea\",\"zeroline\":false,\"ticks\":\"outside\",\"ticklen\":4,\"automargin\":true,\"tickformat\":\".2~f\",\"range\":[0.08800000000000001,0.124],\"domain\":[0.09,1]},\"modebar\":{\"bgcolor\":\"rgba(0,0,0,0)\",\"color\":\"#a3acb8\",\"activecolor\":\"#191d23\"},\"legend\":{\"orientation\":\"h\",\"y\":1.04,\"yanchor\":\"bottom\",\"x\":0},\"hoverlabel\":{\"font\":{\"family\":\"system-ui, -apple-system, ''Segoe UI'', Roboto, ''Helvetica Neue'', sans-serif\",\"color\":\"#191d23\",\"size\":12},\"align\":\"left\",\"bgcolor\":\"#f1f3f5\",\"bordercolor\":\"#a3acb8\"},\"paper_bgcolor\":"');
INSERT INTO study_system_attributes VALUES(12,1,'dashboard:plot_data:front-flops:2','"\"#ffffff\",\"plot_bgcolor\":\"#ffffff\",\"height\":400,\"hovermode\":\"closest\",\"yaxis2\":{\"domain\":[0,0.06],\"range\":[0.5,-0.5],\"fixedrange\":true,\"tickvals\":[0],\"ticktext\":[\"stopped early\"],\"showgrid\":false,\"zeroline\":false,\"ticks\":\"\",\"automargin\":true,\"tickfont\":{\"color\":\"#5a6370\",\"size\":11}},\"title\":{\"text\":\"Accuracy against FLOPs\",\"x\":0.02,\"xanchor\":\"left\",\"y\":0.97,\"yanchor\":\"top\"}}}"');
INSERT INTO study_system_attributes VALUES(13,1,'dashboard:plot_data:front-latency_ms:0','"{\"data\":[{\"customdata\":[3,4],\"hovertemplate\":\"%{hovertext}\\u003cextra\\u003e\\u003c\\u002fextra\\u003e\",\"hovertext\":[\"\\u003cb\\u003etrial 3\\u003c\\u002fb\\u003e \\u00b7 complete\\u003cbr\\u003ewidth 1.0\\u003cbr\\u003e1 fire\\u003cbr\\u003eaccuracy \\u003cb\\u003e0.1120\\u003c\\u002fb\\u003e after 3 epochs\\u003cbr\\u003e92.2k FLOPs \\u00b7 244 parameters \\u00b7 0.0672 ms\",\"\\u003cb\\u003etrial 4\\u003c\\u002fb\\u003e \\u00b7 complete\\u003cbr\\u003ewidth 2.0\\u003cbr\\u003e1 standard k1\\u003cbr\\u003eaccuracy \\u003cb\\u003e0.0980\\u003c\\u002fb\\u003e after 3 epochs\\u003cbr\\u003e213k FLOPs \\u00b7 634 parameters \\u00b7 0.0438 ms\"],\"marker\":{\"color\":\"#a3acb8\",\"size\":7},\"mode\":\"markers\",\"name\":\"finished\",\"x\":[0.06719899866762895,0.04379502700715845],\"y\":[0.112,0.098],\"type\":\"scatter\"},{\"hoverinfo\":\"skip\",\"line\":{\"color\":\"#0a5fb4\",\"shape\":\"hv\",\"width\":2},\"mode\":\"lines\",\"name\":\"best up to this cost\",\"x\":[0.04247647856873893],\"y\":[0.114],\"type\":\"scatter\"},{\"customdata\":[],\"hovertemplate\":\"%{hovertext}\\u003cextra\\u003e\\u003c\\u002fextra\\u003e\",\"hovertext\":[],\"marker\":{\"color\":\"#0a5fb4\",\"line\":{\"color\":\"#ffffff\",\"width\":1.5},\"size\":11},\"mode\":\"markers\",\"name\":\"Pareto front\",\"x\":[],\"y\":[],\"type\":\"scatter\"},{\"customdata\":[1],\"hovertemplate\":\"%{hovertext}\\u003cextra\\u003e\\u003c\\u002fextra\\u003e\",\"hovertext\":[\"\\u003cb\\u003etrial 1\\u003c\\u002fb\\u003e \\u00b7 complete \\u00b7 on the front \\u00b7 knee\\u003cbr\\u003ewidth 1.0\\u003cbr\\u003e1 standard k1\\u003cbr\\u003eaccuracy \\u003cb\\u003e0.1140\\u003c\\u002fb\\u003e after 3 epochs\\u003cbr\\u003e90.2k FLOPs \\u00b7 258 parameters \\u00b7 0.0425 ms\"],\"marker\":{\"color\":\"#c44900\",\"line\":{\"color\":\"#ffffff\",\"width\":1.5},\"size\":15,\"symbol\":\"diamond\"},\"mode\":\"markers\",\"name\":\"knee\",\"x\":[0.04247647856873893],\"y\":[0.114],\"type\":\"scatter\"},{\"customdata\":[0,2,5],\"hovertemplate\":\"%{hovertext}\\u003cextra\\u003e\\u003c\\u002fextra\\u003e\",\"hovertext\":[\"\\u003cb\\u003etrial 0\\u003c\\u002fb\\u003e \\u00b7 stopped early\\u003cbr\\u003ewidth 3.0\\u003cbr\\u003e1 fire\\u003cbr\\u003eaccuracy \\u003cb\\u003e0.0850\\u003c\\u002fb\\u003e after 1 epoch\\u003cbr\\u003"');
INSERT INTO study_system_attributes VALUES(14,1,'dashboard:plot_data:front-latency_ms:1','"e387k FLOPs \\u00b7 1k parameters \\u00b7 0.0743 ms\",\"\\u003cb\\u003etrial 2\\u003c\\u002fb\\u003e \\u00b7 stopped early\\u003cbr\\u003ewidth 3.0\\u003cbr\\u003e1 standard k3\\u003cbr\\u003eaccuracy \\u003cb\\u003e0.0850\\u003c\\u002fb\\u003e after 1 epoch\\u003cbr\\u003e1.55M FLOPs \\u00b7 5.75k parameters \\u00b7 0.115 ms\",\"\\u003cb\\u003etrial 5\\u003c\\u002fb\\u003e \\u00b7 stopped early\\u003cbr\\u003ewidth 1.0\\u003cbr\\u003e1 standard k3\\u003cbr\\u003eaccuracy \\u003cb\\u003e0.0850\\u003c\\u002fb\\u003e after 1 epoch\\u003cbr\\u003e221k FLOPs \\u00b7 770 parameters \\u00b7 0.0647 ms\"],\"marker\":{\"color\":\"#5a6370\",\"line\":{\"color\":\"#5a6370\",\"width\":1.5},\"opacity\":0.8,\"size\":9,\"symbol\":\"line-ns-open\"},\"mode\":\"markers\",\"name\":\"stopped early\",\"x\":[0.07427210722977522,0.11537281294739048,0.06470340704510068],\"y\":[0,0,0],\"yaxis\":\"y2\",\"type\":\"scatter\"}],\"layout\":{\"template\":{\"data\":{\"scatter\":[{\"type\":\"scatter\"}]}},\"font\":{\"family\":\"system-ui, -apple-system, ''Segoe UI'', Roboto, ''Helvetica Neue'', sans-serif\",\"color\":\"#191d23\",\"size\":13},\"margin\":{\"l\":56,\"r\":16,\"t\":96,\"b\":52},\"xaxis\":{\"title\":{\"font\":{\"color\":\"#5a6370\",\"size\":13},\"standoff\":10,\"text\":\"Latency (ms)\"},\"tickfont\":{\"color\":\"#5a6370\",\"size\":12},\"gridcolor\":\"#e1e5ea\",\"linecolor\":\"#5a6370\",\"tickcolor\":\"#e1e5ea\",\"zeroline\":false,\"ticks\":\"outside\",\"ticklen\":4,\"automargin\":true,\"tickformat\":\"~g\",\"nticks\":3,\"type\":\"log\",\"range\":[-1.397888793362635,-0.9118592199711865],\"anchor\":\"y2\"},\"yaxis\":{\"title\":{\"font\":{\"color\":\"#5a6370\",\"size\":13},\"standoff\":10,\"text\":\"Validation accuracy\"},\"tickfont\":{\"color\":\"#5a6370\",\"size\":12},\"gridcolor\":\"#e1e5ea\",\"linecolor\":\"#5a6370\",\"tickcolor\":\"#e1e5ea\",\"zeroline\":false,\"ticks\":\"outside\",\"ticklen\":4,\"automargin\":true,\"tickformat\":\".2~f\",\"range\":[0.08800000000000001,0.124],\"domain\":[0.09,1]},\"modebar\":{\"bgcolor\":\"rgba(0,0,0,0)\",\"color\":\"#a3acb8\",\"activecolor\":\"#191d23\"},\"legend\":{\"orientation\":\"h\",\"y\":1.04,\"yanchor\":\"bottom\",\"x\":0},\"hoverlabel\":{\"font\":{\"family\":\"system-ui, -apple-system, ''Segoe UI'', Roboto, ''Helvetica Neue'', sans-serif\",\"color\":\"#191d23\",\"size\":12},\"al"');
INSERT INTO study_system_attributes VALUES(15,1,'dashboard:plot_data:front-latency_ms:2','"ign\":\"left\",\"bgcolor\":\"#f1f3f5\",\"bordercolor\":\"#a3acb8\"},\"paper_bgcolor\":\"#ffffff\",\"plot_bgcolor\":\"#ffffff\",\"height\":400,\"hovermode\":\"closest\",\"yaxis2\":{\"domain\":[0,0.06],\"range\":[0.5,-0.5],\"fixedrange\":true,\"tickvals\":[0],\"ticktext\":[\"stopped early\"],\"showgrid\":false,\"zeroline\":false,\"ticks\":\"\",\"automargin\":true,\"tickfont\":{\"color\":\"#5a6370\",\"size\":11}},\"title\":{\"text\":\"Accuracy against Latency\",\"x\":0.02,\"xanchor\":\"left\",\"y\":0.97,\"yanchor\":\"top\"}}}"');
INSERT INTO study_system_attributes VALUES(16,1,'dashboard:plot_data:front-params:0','"{\"data\":[{\"customdata\":[3,4],\"hovertemplate\":\"%{hovertext}\\u003cextra\\u003e\\u003c\\u002fextra\\u003e\",\"hovertext\":[\"\\u003cb\\u003etrial 3\\u003c\\u002fb\\u003e \\u00b7 complete\\u003cbr\\u003ewidth 1.0\\u003cbr\\u003e1 fire\\u003cbr\\u003eaccuracy \\u003cb\\u003e0.1120\\u003c\\u002fb\\u003e after 3 epochs\\u003cbr\\u003e92.2k FLOPs \\u00b7 244 parameters \\u00b7 0.0672 ms\",\"\\u003cb\\u003etrial 4\\u003c\\u002fb\\u003e \\u00b7 complete\\u003cbr\\u003ewidth 2.0\\u003cbr\\u003e1 standard k1\\u003cbr\\u003eaccuracy \\u003cb\\u003e0.0980\\u003c\\u002fb\\u003e after 3 epochs\\u003cbr\\u003e213k FLOPs \\u00b7 634 parameters \\u00b7 0.0438 ms\"],\"marker\":{\"color\":\"#a3acb8\",\"size\":7},\"mode\":\"markers\",\"name\":\"finished\",\"x\":[244.0,634.0],\"y\":[0.112,0.098],\"type\":\"scatter\"},{\"hoverinfo\":\"skip\",\"line\":{\"color\":\"#0a5fb4\",\"shape\":\"hv\",\"width\":2},\"mode\":\"lines\",\"name\":\"best up to this cost\",\"x\":[244.0,258.0],\"y\":[0.112,0.114],\"type\":\"scatter\"},{\"customdata\":[],\"hovertemplate\":\"%{hovertext}\\u003cextra\\u003e\\u003c\\u002fextra\\u003e\",\"hovertext\":[],\"marker\":{\"color\":\"#0a5fb4\",\"line\":{\"color\":\"#ffffff\",\"width\":1.5},\"size\":11},\"mode\":\"markers\",\"name\":\"Pareto front\",\"x\":[],\"y\":[],\"type\":\"scatter\"},{\"customdata\":[1],\"hovertemplate\":\"%{hovertext}\\u003cextra\\u003e\\u003c\\u002fextra\\u003e\",\"hovertext\":[\"\\u003cb\\u003etrial 1\\u003c\\u002fb\\u003e \\u00b7 complete \\u00b7 on the front \\u00b7 knee\\u003cbr\\u003ewidth 1.0\\u003cbr\\u003e1 standard k1\\u003cbr\\u003eaccuracy \\u003cb\\u003e0.1140\\u003c\\u002fb\\u003e after 3 epochs\\u003cbr\\u003e90.2k FLOPs \\u00b7 258 parameters \\u00b7 0.0425 ms\"],\"marker\":{\"color\":\"#c44900\",\"line\":{\"color\":\"#ffffff\",\"width\":1.5},\"size\":15,\"symbol\":\"diamond\"},\"mode\":\"markers\",\"name\":\"knee\",\"x\":[258.0],\"y\":[0.114],\"type\":\"scatter\"},{\"customdata\":[0,2,5],\"hovertemplate\":\"%{hovertext}\\u003cextra\\u003e\\u003c\\u002fextra\\u003e\",\"hovertext\":[\"\\u003cb\\u003etrial 0\\u003c\\u002fb\\u003e \\u00b7 stopped early\\u003cbr\\u003ewidth 3.0\\u003cbr\\u003e1 fire\\u003cbr\\u003eaccuracy \\u003cb\\u003e0.0850\\u003c\\u002fb\\u003e after 1 epoch\\u003cbr\\u003e387k FLOPs \\u00b7 1k parameters \\u00b7 0.07"');
INSERT INTO study_system_attributes VALUES(17,1,'dashboard:plot_data:front-params:1','"43 ms\",\"\\u003cb\\u003etrial 2\\u003c\\u002fb\\u003e \\u00b7 stopped early\\u003cbr\\u003ewidth 3.0\\u003cbr\\u003e1 standard k3\\u003cbr\\u003eaccuracy \\u003cb\\u003e0.0850\\u003c\\u002fb\\u003e after 1 epoch\\u003cbr\\u003e1.55M FLOPs \\u00b7 5.75k parameters \\u00b7 0.115 ms\",\"\\u003cb\\u003etrial 5\\u003c\\u002fb\\u003e \\u00b7 stopped early\\u003cbr\\u003ewidth 1.0\\u003cbr\\u003e1 standard k3\\u003cbr\\u003eaccuracy \\u003cb\\u003e0.0850\\u003c\\u002fb\\u003e after 1 epoch\\u003cbr\\u003e221k FLOPs \\u00b7 770 parameters \\u00b7 0.0647 ms\"],\"marker\":{\"color\":\"#5a6370\",\"line\":{\"color\":\"#5a6370\",\"width\":1.5},\"opacity\":0.8,\"size\":9,\"symbol\":\"line-ns-open\"},\"mode\":\"markers\",\"name\":\"stopped early\",\"x\":[1000.0,5746.0,770.0],\"y\":[0,0,0],\"yaxis\":\"y2\",\"type\":\"scatter\"}],\"layout\":{\"template\":{\"data\":{\"scatter\":[{\"type\":\"scatter\"}]}},\"font\":{\"family\":\"system-ui, -apple-system, ''Segoe UI'', Roboto, ''Helvetica Neue'', sans-serif\",\"color\":\"#191d23\",\"size\":13},\"margin\":{\"l\":56,\"r\":16,\"t\":96,\"b\":52},\"xaxis\":{\"title\":{\"font\":{\"color\":\"#5a6370\",\"size\":13},\"standoff\":10,\"text\":\"Parameters\"},\"tickfont\":{\"color\":\"#5a6370\",\"size\":12},\"gridcolor\":\"#e1e5ea\",\"linecolor\":\"#5a6370\",\"tickcolor\":\"#e1e5ea\",\"zeroline\":false,\"ticks\":\"outside\",\"ticklen\":4,\"automargin\":true,\"tickformat\":\"~s\",\"nticks\":3,\"type\":\"log\",\"range\":[2.305071278619698,3.8416841693749606],\"anchor\":\"y2\"},\"yaxis\":{\"title\":{\"font\":{\"color\":\"#5a6370\",\"size\":13},\"standoff\":10,\"text\":\"Validation accuracy\"},\"tickfont\":{\"color\":\"#5a6370\",\"size\":12},\"gridcolor\":\"#e1e5ea\",\"linecolor\":\"#5a6370\",\"tickcolor\":\"#e1e5ea\",\"zeroline\":false,\"ticks\":\"outside\",\"ticklen\":4,\"automargin\":true,\"tickformat\":\".2~f\",\"range\":[0.08800000000000001,0.124],\"domain\":[0.09,1]},\"modebar\":{\"bgcolor\":\"rgba(0,0,0,0)\",\"color\":\"#a3acb8\",\"activecolor\":\"#191d23\"},\"legend\":{\"orientation\":\"h\",\"y\":1.04,\"yanchor\":\"bottom\",\"x\":0},\"hoverlabel\":{\"font\":{\"family\":\"system-ui, -apple-system, ''Segoe UI'', Roboto, ''Helvetica Neue'', sans-serif\",\"color\":\"#191d23\",\"size\":12},\"align\":\"left\",\"bgcolor\":\"#f1f3f5\",\"bordercolor\":\"#a3acb8\"},\"paper_bgcolor\":\"#ffffff\",\"plot"');
INSERT INTO study_system_attributes VALUES(18,1,'dashboard:plot_data:front-params:2','"_bgcolor\":\"#ffffff\",\"height\":400,\"hovermode\":\"closest\",\"yaxis2\":{\"domain\":[0,0.06],\"range\":[0.5,-0.5],\"fixedrange\":true,\"tickvals\":[0],\"ticktext\":[\"stopped early\"],\"showgrid\":false,\"zeroline\":false,\"ticks\":\"\",\"automargin\":true,\"tickfont\":{\"color\":\"#5a6370\",\"size\":11}},\"title\":{\"text\":\"Accuracy against Parameters\",\"x\":0.02,\"xanchor\":\"left\",\"y\":0.97,\"yanchor\":\"top\"}}}"');
INSERT INTO study_system_attributes VALUES(19,1,'dashboard:plot_data:front-peak_activation_bytes:0','"{\"data\":[{\"customdata\":[3,4],\"hovertemplate\":\"%{hovertext}\\u003cextra\\u003e\\u003c\\u002fextra\\u003e\",\"hovertext\":[\"\\u003cb\\u003etrial 3\\u003c\\u002fb\\u003e \\u00b7 complete\\u003cbr\\u003ewidth 1.0\\u003cbr\\u003e1 fire\\u003cbr\\u003eaccuracy \\u003cb\\u003e0.1120\\u003c\\u002fb\\u003e after 3 epochs\\u003cbr\\u003e92.2k FLOPs \\u00b7 244 parameters \\u00b7 0.0672 ms\",\"\\u003cb\\u003etrial 4\\u003c\\u002fb\\u003e \\u00b7 complete\\u003cbr\\u003ewidth 2.0\\u003cbr\\u003e1 standard k1\\u003cbr\\u003eaccuracy \\u003cb\\u003e0.0980\\u003c\\u002fb\\u003e after 3 epochs\\u003cbr\\u003e213k FLOPs \\u00b7 634 parameters \\u00b7 0.0438 ms\"],\"marker\":{\"color\":\"#a3acb8\",\"size\":7},\"mode\":\"markers\",\"name\":\"finished\",\"x\":[36.0,80.0],\"y\":[0.112,0.098],\"type\":\"scatter\"},{\"hoverinfo\":\"skip\",\"line\":{\"color\":\"#0a5fb4\",\"shape\":\"hv\",\"width\":2},\"mode\":\"lines\",\"name\":\"best up to this cost\",\"x\":[36.0,40.0],\"y\":[0.112,0.114],\"type\":\"scatter\"},{\"customdata\":[],\"hovertemplate\":\"%{hovertext}\\u003cextra\\u003e\\u003c\\u002fextra\\u003e\",\"hovertext\":[],\"marker\":{\"color\":\"#0a5fb4\",\"line\":{\"color\":\"#ffffff\",\"width\":1.5},\"size\":11},\"mode\":\"markers\",\"name\":\"Pareto front\",\"x\":[],\"y\":[],\"type\":\"scatter\"},{\"customdata\":[1],\"hovertemplate\":\"%{hovertext}\\u003cextra\\u003e\\u003c\\u002fextra\\u003e\",\"hovertext\":[\"\\u003cb\\u003etrial 1\\u003c\\u002fb\\u003e \\u00b7 complete \\u00b7 on the front \\u00b7 knee\\u003cbr\\u003ewidth 1.0\\u003cbr\\u003e1 standard k1\\u003cbr\\u003eaccuracy \\u003cb\\u003e0.1140\\u003c\\u002fb\\u003e after 3 epochs\\u003cbr\\u003e90.2k FLOPs \\u00b7 258 parameters \\u00b7 0.0425 ms\"],\"marker\":{\"color\":\"#c44900\",\"line\":{\"color\":\"#ffffff\",\"width\":1.5},\"size\":15,\"symbol\":\"diamond\"},\"mode\":\"markers\",\"name\":\"knee\",\"x\":[40.0],\"y\":[0.114],\"type\":\"scatter\"},{\"customdata\":[0,2,5],\"hovertemplate\":\"%{hovertext}\\u003cextra\\u003e\\u003c\\u002fextra\\u003e\",\"hovertext\":[\"\\u003cb\\u003etrial 0\\u003c\\u002fb\\u003e \\u00b7 stopped early\\u003cbr\\u003ewidth 3.0\\u003cbr\\u003e1 fire\\u003cbr\\u003eaccuracy \\u003cb\\u003e0.0850\\u003c\\u002fb\\u003e after 1 epoch\\u003cbr\\u003e387k FLOPs \\u00b7 1k parameters \\u00b7 0.0743 ms"');
INSERT INTO study_system_attributes VALUES(20,1,'dashboard:plot_data:front-peak_activation_bytes:1','"\",\"\\u003cb\\u003etrial 2\\u003c\\u002fb\\u003e \\u00b7 stopped early\\u003cbr\\u003ewidth 3.0\\u003cbr\\u003e1 standard k3\\u003cbr\\u003eaccuracy \\u003cb\\u003e0.0850\\u003c\\u002fb\\u003e after 1 epoch\\u003cbr\\u003e1.55M FLOPs \\u00b7 5.75k parameters \\u00b7 0.115 ms\",\"\\u003cb\\u003etrial 5\\u003c\\u002fb\\u003e \\u00b7 stopped early\\u003cbr\\u003ewidth 1.0\\u003cbr\\u003e1 standard k3\\u003cbr\\u003eaccuracy \\u003cb\\u003e0.0850\\u003c\\u002fb\\u003e after 1 epoch\\u003cbr\\u003e221k FLOPs \\u00b7 770 parameters \\u00b7 0.0647 ms\"],\"marker\":{\"color\":\"#5a6370\",\"line\":{\"color\":\"#5a6370\",\"width\":1.5},\"opacity\":0.8,\"size\":9,\"symbol\":\"line-ns-open\"},\"mode\":\"markers\",\"name\":\"stopped early\",\"x\":[108.0,120.0,40.0],\"y\":[0,0,0],\"yaxis\":\"y2\",\"type\":\"scatter\"}],\"layout\":{\"template\":{\"data\":{\"scatter\":[{\"type\":\"scatter\"}]}},\"font\":{\"family\":\"system-ui, -apple-system, ''Segoe UI'', Roboto, ''Helvetica Neue'', sans-serif\",\"color\":\"#191d23\",\"size\":13},\"margin\":{\"l\":56,\"r\":16,\"t\":96,\"b\":52},\"xaxis\":{\"title\":{\"font\":{\"color\":\"#5a6370\",\"size\":13},\"standoff\":10,\"text\":\"Peak activations (KiB)\"},\"tickfont\":{\"color\":\"#5a6370\",\"size\":12},\"gridcolor\":\"#e1e5ea\",\"linecolor\":\"#5a6370\",\"tickcolor\":\"#e1e5ea\",\"zeroline\":false,\"ticks\":\"outside\",\"ticklen\":4,\"automargin\":true,\"tickformat\":\",~r\",\"nticks\":3,\"type\":\"log\",\"range\":[1.524929776050467,2.1105539707644447],\"anchor\":\"y2\"},\"yaxis\":{\"title\":{\"font\":{\"color\":\"#5a6370\",\"size\":13},\"standoff\":10,\"text\":\"Validation accuracy\"},\"tickfont\":{\"color\":\"#5a6370\",\"size\":12},\"gridcolor\":\"#e1e5ea\",\"linecolor\":\"#5a6370\",\"tickcolor\":\"#e1e5ea\",\"zeroline\":false,\"ticks\":\"outside\",\"ticklen\":4,\"automargin\":true,\"tickformat\":\".2~f\",\"range\":[0.08800000000000001,0.124],\"domain\":[0.09,1]},\"modebar\":{\"bgcolor\":\"rgba(0,0,0,0)\",\"color\":\"#a3acb8\",\"activecolor\":\"#191d23\"},\"legend\":{\"orientation\":\"h\",\"y\":1.04,\"yanchor\":\"bottom\",\"x\":0},\"hoverlabel\":{\"font\":{\"family\":\"system-ui, -apple-system, ''Segoe UI'', Roboto, ''Helvetica Neue'', sans-serif\",\"color\":\"#191d23\",\"size\":12},\"align\":\"left\",\"bgcolor\":\"#f1f3f5\",\"bordercolor\":\"#a3acb8\"},\"paper_bgcolor\":\"#ffffff\","');
INSERT INTO study_system_attributes VALUES(21,1,'dashboard:plot_data:front-peak_activation_bytes:2','"\"plot_bgcolor\":\"#ffffff\",\"height\":400,\"hovermode\":\"closest\",\"yaxis2\":{\"domain\":[0,0.06],\"range\":[0.5,-0.5],\"fixedrange\":true,\"tickvals\":[0],\"ticktext\":[\"stopped early\"],\"showgrid\":false,\"zeroline\":false,\"ticks\":\"\",\"automargin\":true,\"tickfont\":{\"color\":\"#5a6370\",\"size\":11}},\"title\":{\"text\":\"Accuracy against Peak activations\",\"x\":0.02,\"xanchor\":\"left\",\"y\":0.97,\"yanchor\":\"top\"}}}"');
INSERT INTO study_system_attributes VALUES(22,1,'dashboard:plot_data:front-weight_bytes:0','"{\"data\":[{\"customdata\":[3,4],\"hovertemplate\":\"%{hovertext}\\u003cextra\\u003e\\u003c\\u002fextra\\u003e\",\"hovertext\":[\"\\u003cb\\u003etrial 3\\u003c\\u002fb\\u003e \\u00b7 complete\\u003cbr\\u003ewidth 1.0\\u003cbr\\u003e1 fire\\u003cbr\\u003eaccuracy \\u003cb\\u003e0.1120\\u003c\\u002fb\\u003e after 3 epochs\\u003cbr\\u003e92.2k FLOPs \\u00b7 244 parameters \\u00b7 0.0672 ms\",\"\\u003cb\\u003etrial 4\\u003c\\u002fb\\u003e \\u00b7 complete\\u003cbr\\u003ewidth 2.0\\u003cbr\\u003e1 standard k1\\u003cbr\\u003eaccuracy \\u003cb\\u003e0.0980\\u003c\\u002fb\\u003e after 3 epochs\\u003cbr\\u003e213k FLOPs \\u00b7 634 parameters \\u00b7 0.0438 ms\"],\"marker\":{\"color\":\"#a3acb8\",\"size\":7},\"mode\":\"markers\",\"name\":\"finished\",\"x\":[0.953125,2.4765625],\"y\":[0.112,0.098],\"type\":\"scatter\"},{\"hoverinfo\":\"skip\",\"line\":{\"color\":\"#0a5fb4\",\"shape\":\"hv\",\"width\":2},\"mode\":\"lines\",\"name\":\"best up to this cost\",\"x\":[0.953125,1.0078125],\"y\":[0.112,0.114],\"type\":\"scatter\"},{\"customdata\":[],\"hovertemplate\":\"%{hovertext}\\u003cextra\\u003e\\u003c\\u002fextra\\u003e\",\"hovertext\":[],\"marker\":{\"color\":\"#0a5fb4\",\"line\":{\"color\":\"#ffffff\",\"width\":1.5},\"size\":11},\"mode\":\"markers\",\"name\":\"Pareto front\",\"x\":[],\"y\":[],\"type\":\"scatter\"},{\"customdata\":[1],\"hovertemplate\":\"%{hovertext}\\u003cextra\\u003e\\u003c\\u002fextra\\u003e\",\"hovertext\":[\"\\u003cb\\u003etrial 1\\u003c\\u002fb\\u003e \\u00b7 complete \\u00b7 on the front \\u00b7 knee\\u003cbr\\u003ewidth 1.0\\u003cbr\\u003e1 standard k1\\u003cbr\\u003eaccuracy \\u003cb\\u003e0.1140\\u003c\\u002fb\\u003e after 3 epochs\\u003cbr\\u003e90.2k FLOPs \\u00b7 258 parameters \\u00b7 0.0425 ms\"],\"marker\":{\"color\":\"#c44900\",\"line\":{\"color\":\"#ffffff\",\"width\":1.5},\"size\":15,\"symbol\":\"diamond\"},\"mode\":\"markers\",\"name\":\"knee\",\"x\":[1.0078125],\"y\":[0.114],\"type\":\"scatter\"},{\"customdata\":[0,2,5],\"hovertemplate\":\"%{hovertext}\\u003cextra\\u003e\\u003c\\u002fextra\\u003e\",\"hovertext\":[\"\\u003cb\\u003etrial 0\\u003c\\u002fb\\u003e \\u00b7 stopped early\\u003cbr\\u003ewidth 3.0\\u003cbr\\u003e1 fire\\u003cbr\\u003eaccuracy \\u003cb\\u003e0.0850\\u003c\\u002fb\\u003e after 1 epoch\\u003cbr\\u003e387k FLOPs \\u00b7 1k para"');
INSERT INTO study_system_attributes VALUES(23,1,'dashboard:plot_data:front-weight_bytes:1','"meters \\u00b7 0.0743 ms\",\"\\u003cb\\u003etrial 2\\u003c\\u002fb\\u003e \\u00b7 stopped early\\u003cbr\\u003ewidth 3.0\\u003cbr\\u003e1 standard k3\\u003cbr\\u003eaccuracy \\u003cb\\u003e0.0850\\u003c\\u002fb\\u003e after 1 epoch\\u003cbr\\u003e1.55M FLOPs \\u00b7 5.75k parameters \\u00b7 0.115 ms\",\"\\u003cb\\u003etrial 5\\u003c\\u002fb\\u003e \\u00b7 stopped early\\u003cbr\\u003ewidth 1.0\\u003cbr\\u003e1 standard k3\\u003cbr\\u003eaccuracy \\u003cb\\u003e0.0850\\u003c\\u002fb\\u003e after 1 epoch\\u003cbr\\u003e221k FLOPs \\u00b7 770 parameters \\u00b7 0.0647 ms\"],\"marker\":{\"color\":\"#5a6370\",\"line\":{\"color\":\"#5a6370\",\"width\":1.5},\"opacity\":0.8,\"size\":9,\"symbol\":\"line-ns-open\"},\"mode\":\"markers\",\"name\":\"stopped early\",\"x\":[3.90625,22.4453125,3.0078125],\"y\":[0,0,0],\"yaxis\":\"y2\",\"type\":\"scatter\"}],\"layout\":{\"template\":{\"data\":{\"scatter\":[{\"type\":\"scatter\"}]}},\"font\":{\"family\":\"system-ui, -apple-system, ''Segoe UI'', Roboto, ''Helvetica Neue'', sans-serif\",\"color\":\"#191d23\",\"size\":13},\"margin\":{\"l\":56,\"r\":16,\"t\":96,\"b\":52},\"xaxis\":{\"title\":{\"font\":{\"color\":\"#5a6370\",\"size\":13},\"standoff\":10,\"text\":\"Weights (KiB)\"},\"tickfont\":{\"color\":\"#5a6370\",\"size\":12},\"gridcolor\":\"#e1e5ea\",\"linecolor\":\"#5a6370\",\"tickcolor\":\"#e1e5ea\",\"zeroline\":false,\"ticks\":\"outside\",\"ticklen\":4,\"automargin\":true,\"tickformat\":\",~r\",\"nticks\":3,\"type\":\"log\",\"range\":[-0.1031686866921521,1.4334442040631112],\"anchor\":\"y2\"},\"yaxis\":{\"title\":{\"font\":{\"color\":\"#5a6370\",\"size\":13},\"standoff\":10,\"text\":\"Validation accuracy\"},\"tickfont\":{\"color\":\"#5a6370\",\"size\":12},\"gridcolor\":\"#e1e5ea\",\"linecolor\":\"#5a6370\",\"tickcolor\":\"#e1e5ea\",\"zeroline\":false,\"ticks\":\"outside\",\"ticklen\":4,\"automargin\":true,\"tickformat\":\".2~f\",\"range\":[0.08800000000000001,0.124],\"domain\":[0.09,1]},\"modebar\":{\"bgcolor\":\"rgba(0,0,0,0)\",\"color\":\"#a3acb8\",\"activecolor\":\"#191d23\"},\"legend\":{\"orientation\":\"h\",\"y\":1.04,\"yanchor\":\"bottom\",\"x\":0},\"hoverlabel\":{\"font\":{\"family\":\"system-ui, -apple-system, ''Segoe UI'', Roboto, ''Helvetica Neue'', sans-serif\",\"color\":\"#191d23\",\"size\":12},\"align\":\"left\",\"bgcolor\":\"#f1f3f5\",\"bordercolor\":\"#a3acb8\""');
INSERT INTO study_system_attributes VALUES(24,1,'dashboard:plot_data:front-weight_bytes:2','"},\"paper_bgcolor\":\"#ffffff\",\"plot_bgcolor\":\"#ffffff\",\"height\":400,\"hovermode\":\"closest\",\"yaxis2\":{\"domain\":[0,0.06],\"range\":[0.5,-0.5],\"fixedrange\":true,\"tickvals\":[0],\"ticktext\":[\"stopped early\"],\"showgrid\":false,\"zeroline\":false,\"ticks\":\"\",\"automargin\":true,\"tickfont\":{\"color\":\"#5a6370\",\"size\":11}},\"title\":{\"text\":\"Accuracy against Weights\",\"x\":0.02,\"xanchor\":\"left\",\"y\":0.97,\"yanchor\":\"top\"}}}"');
INSERT INTO study_system_attributes VALUES(25,1,'dashboard:plot_data:curves:0','"{\"data\":[{\"customdata\":[0,null,2,null,3,3,3,null,4,4,4,null,5],\"hovertemplate\":\"\\u003cb\\u003e%{y:.4f}\\u003c\\u002fb\\u003e after epoch %{x}\\u003cbr\\u003e%{hovertext}\\u003cextra\\u003e\\u003c\\u002fextra\\u003e\",\"hovertext\":[\"\\u003cb\\u003etrial 0\\u003c\\u002fb\\u003e \\u00b7 stopped early\\u003cbr\\u003ewidth 3.0\\u003cbr\\u003e1 fire\\u003cbr\\u003eaccuracy \\u003cb\\u003e0.0850\\u003c\\u002fb\\u003e after 1 epoch\\u003cbr\\u003e387k FLOPs \\u00b7 1k parameters \\u00b7 0.0743 ms\",\"\",\"\\u003cb\\u003etrial 2\\u003c\\u002fb\\u003e \\u00b7 stopped early\\u003cbr\\u003ewidth 3.0\\u003cbr\\u003e1 standard k3\\u003cbr\\u003eaccuracy \\u003cb\\u003e0.0850\\u003c\\u002fb\\u003e after 1 epoch\\u003cbr\\u003e1.55M FLOPs \\u00b7 5.75k parameters \\u00b7 0.115 ms\",\"\",\"\\u003cb\\u003etrial 3\\u003c\\u002fb\\u003e \\u00b7 complete\\u003cbr\\u003ewidth 1.0\\u003cbr\\u003e1 fire\\u003cbr\\u003eaccuracy \\u003cb\\u003e0.1120\\u003c\\u002fb\\u003e after 3 epochs\\u003cbr\\u003e92.2k FLOPs \\u00b7 244 parameters \\u00b7 0.0672 ms\",\"\\u003cb\\u003etrial 3\\u003c\\u002fb\\u003e \\u00b7 complete\\u003cbr\\u003ewidth 1.0\\u003cbr\\u003e1 fire\\u003cbr\\u003eaccuracy \\u003cb\\u003e0.1120\\u003c\\u002fb\\u003e after 3 epochs\\u003cbr\\u003e92.2k FLOPs \\u00b7 244 parameters \\u00b7 0.0672 ms\",\"\\u003cb\\u003etrial 3\\u003c\\u002fb\\u003e \\u00b7 complete\\u003cbr\\u003ewidth 1.0\\u003cbr\\u003e1 fire\\u003cbr\\u003eaccuracy \\u003cb\\u003e0.1120\\u003c\\u002fb\\u003e after 3 epochs\\u003cbr\\u003e92.2k FLOPs \\u00b7 244 parameters \\u00b7 0.0672 ms\",\"\",\"\\u003cb\\u003etrial 4\\u003c\\u002fb\\u003e \\u00b7 complete\\u003cbr\\u003ewidth 2.0\\u003cbr\\u003e1 standard k1\\u003cbr\\u003eaccuracy \\u003cb\\u003e0.0980\\u003c\\u002fb\\u003e after 3 epochs\\u003cbr\\u003e213k FLOPs \\u00b7 634 parameters \\u00b7 0.0438 ms\",\"\\u003cb\\u003etrial 4\\u003c\\u002fb\\u003e \\u00b7 complete\\u003cbr\\u003ewidth 2.0\\u003cbr\\u003e1 standard k1\\u003cbr\\u003eaccuracy \\u003cb\\u003e0.0980\\u003c\\u002fb\\u003e after 3 epochs\\u003cbr\\u003e213k FLOPs \\u00b7 634 parameters \\u00b7 0.0438 ms\",\"\\u003cb\\u003etrial 4\\u003c\\u002fb\\u003e \\u00b7 complete\\u003cbr\\u003ewidth 2.0\\u003cbr\\u003e1 standard k"');
INSERT INTO study_system_attributes VALUES(26,1,'dashboard:plot_data:curves:1','"1\\u003cbr\\u003eaccuracy \\u003cb\\u003e0.0980\\u003c\\u002fb\\u003e after 3 epochs\\u003cbr\\u003e213k FLOPs \\u00b7 634 parameters \\u00b7 0.0438 ms\",\"\",\"\\u003cb\\u003etrial 5\\u003c\\u002fb\\u003e \\u00b7 stopped early\\u003cbr\\u003ewidth 1.0\\u003cbr\\u003e1 standard k3\\u003cbr\\u003eaccuracy \\u003cb\\u003e0.0850\\u003c\\u002fb\\u003e after 1 epoch\\u003cbr\\u003e221k FLOPs \\u00b7 770 parameters \\u00b7 0.0647 ms\"],\"line\":{\"color\":\"#a3acb8\",\"width\":1},\"marker\":{\"size\":5.5},\"mode\":\"lines+markers\",\"name\":\"not on the front\",\"opacity\":0.8,\"x\":[1,null,1,null,1,2,3,null,1,2,3,null,1],\"y\":[0.085,null,0.085,null,0.094,0.095,0.112,null,0.095,0.098,0.098,null,0.085],\"type\":\"scatter\"},{\"customdata\":[1,1,1],\"hovertemplate\":\"\\u003cb\\u003e%{y:.4f}\\u003c\\u002fb\\u003e after epoch %{x}\\u003cbr\\u003e%{hovertext}\\u003cextra\\u003e\\u003c\\u002fextra\\u003e\",\"hovertext\":[\"\\u003cb\\u003etrial 1\\u003c\\u002fb\\u003e \\u00b7 complete \\u00b7 on the front \\u00b7 knee\\u003cbr\\u003ewidth 1.0\\u003cbr\\u003e1 standard k1\\u003cbr\\u003eaccuracy \\u003cb\\u003e0.1140\\u003c\\u002fb\\u003e after 3 epochs\\u003cbr\\u003e90.2k FLOPs \\u00b7 258 parameters \\u00b7 0.0425 ms\",\"\\u003cb\\u003etrial 1\\u003c\\u002fb\\u003e \\u00b7 complete \\u00b7 on the front \\u00b7 knee\\u003cbr\\u003ewidth 1.0\\u003cbr\\u003e1 standard k1\\u003cbr\\u003eaccuracy \\u003cb\\u003e0.1140\\u003c\\u002fb\\u003e after 3 epochs\\u003cbr\\u003e90.2k FLOPs \\u00b7 258 parameters \\u00b7 0.0425 ms\",\"\\u003cb\\u003etrial 1\\u003c\\u002fb\\u003e \\u00b7 complete \\u00b7 on the front \\u00b7 knee\\u003cbr\\u003ewidth 1.0\\u003cbr\\u003e1 standard k1\\u003cbr\\u003eaccuracy \\u003cb\\u003e0.1140\\u003c\\u002fb\\u003e after 3 epochs\\u003cbr\\u003e90.2k FLOPs \\u00b7 258 parameters \\u00b7 0.0425 ms\"],\"line\":{\"color\":\"#c44900\",\"width\":3},\"marker\":{\"size\":8.5},\"mode\":\"lines+markers\",\"name\":\"knee\",\"opacity\":1.0,\"x\":[1,2,3],\"y\":[0.094,0.115,0.114],\"type\":\"scatter\"}],\"layout\":{\"template\":{\"data\":{\"scatter\":[{\"type\":\"scatter\"}]}},\"font\":{\"family\":\"system-ui, -apple-system, ''Segoe UI'', Roboto, ''Helvetica Neue'', sans-serif\",\"color\":\"#191d23\",\"size\":13},\"margin\":{\"l\":5"');
INSERT INTO study_system_attributes VALUES(27,1,'dashboard:4:note_ver','1');
INSERT INTO study_system_attributes VALUES(28,1,'dashboard:4:note_str:0','"- width 1.0\n- 1 fire\n\n|||\n|---|---|\n|Accuracy|0.1120 after 3 epochs|\n|FLOPs|92.2k|\n|Parameters|244|\n|Latency|0.0672 ms|\n|Peak activations|36 KiB|\n|Weights|976 B|\n\n|Layer|What|Output|Parameters|FLOPs|\n|---|---|---|--:|--:|\n|stem.conv|conv 3x3, norm, relu|8x32x32|88|73.7k|\n|stage1.0.squeeze|conv 1x1, norm, relu|1x32x32|10|8.19k|\n|stage1.0.expand1x1|conv 1x1/2, norm, relu|4x16x16|12|1.02k|\n|stage1.0.expand|conv 3x3/2, norm, relu|4x16x16|44|9.22k|\n|stage1.0.concat|concat|8x16x16|||\n|head.pool|adaptive\\_avg\\_pool|8x1x1|||\n|head.flatten|flatten|8|||\n|head.linear|linear|10|90|80|\n\n**As code**\n\n```sh\nnas export small --trial 3\n```"');
INSERT INTO study_system_attributes VALUES(29,1,'dashboard:5:note_ver','1');
INSERT INTO study_system_attributes VALUES(30,1,'dashboard:5:note_str:0','"- width 2.0\n- 1 standard k1\n\n|||\n|---|---|\n|Accuracy|0.0980 after 3 epochs|\n|FLOPs|213k|\n|Parameters|634|\n|Latency|0.0438 ms|\n|Peak activations|80 KiB|\n|Weights|2.48 KiB|\n\n|Layer|What|Output|Parameters|FLOPs|\n|---|---|---|--:|--:|\n|stem.conv|conv 3x3, norm, relu|16x32x32|176|147k|\n|stage1.0.conv|conv 1x1/2, norm, relu|16x16x16|288|65.5k|\n|head.pool|adaptive\\_avg\\_pool|16x1x1|||\n|head.flatten|flatten|16|||\n|head.linear|linear|10|170|160|\n\n**As code**\n\n```sh\nnas export small --trial 4\n```"');
INSERT INTO study_system_attributes VALUES(31,1,'dashboard:6:note_ver','1');
INSERT INTO study_system_attributes VALUES(32,1,'dashboard:6:note_str:0','"- width 1.0\n- 1 standard k3\n\n|||\n|---|---|\n|Accuracy|0.0850 after 1 epoch|\n|FLOPs|221k|\n|Parameters|770|\n|Latency|0.0647 ms|\n|Peak activations|40 KiB|\n|Weights|3.01 KiB|\n\n|Layer|What|Output|Parameters|FLOPs|\n|---|---|---|--:|--:|\n|stem.conv|conv 3x3, norm, relu|8x32x32|88|73.7k|\n|stage1.0.conv|conv 3x3/2, norm, relu|8x16x16|592|147k|\n|head.pool|adaptive\\_avg\\_pool|8x1x1|||\n|head.flatten|flatten|8|||\n|head.linear|linear|10|90|80|\n\n**As code**\n\n```sh\nnas export small --trial 5\n```"');
INSERT INTO study_system_attributes VALUES(33,1,'dashboard:plot_data:curves:2','"6,\"r\":16,\"t\":96,\"b\":52},\"xaxis\":{\"title\":{\"font\":{\"color\":\"#5a6370\",\"size\":13},\"standoff\":10,\"text\":\"Epochs\"},\"tickfont\":{\"color\":\"#5a6370\",\"size\":12},\"gridcolor\":\"#e1e5ea\",\"linecolor\":\"#5a6370\",\"tickcolor\":\"#e1e5ea\",\"zeroline\":false,\"ticks\":\"outside\",\"ticklen\":4,\"automargin\":true,\"dtick\":1},\"yaxis\":{\"title\":{\"font\":{\"color\":\"#5a6370\",\"size\":13},\"standoff\":10,\"text\":\"Validation accuracy\"},\"tickfont\":{\"color\":\"#5a6370\",\"size\":12},\"gridcolor\":\"#e1e5ea\",\"linecolor\":\"#5a6370\",\"tickcolor\":\"#e1e5ea\",\"zeroline\":false,\"ticks\":\"outside\",\"ticklen\":4,\"automargin\":true,\"tickformat\":\".2~f\"},\"modebar\":{\"bgcolor\":\"rgba(0,0,0,0)\",\"color\":\"#a3acb8\",\"activecolor\":\"#191d23\"},\"legend\":{\"orientation\":\"h\",\"y\":1.04,\"yanchor\":\"bottom\",\"x\":0},\"hoverlabel\":{\"font\":{\"family\":\"system-ui, -apple-system, ''Segoe UI'', Roboto, ''Helvetica Neue'', sans-serif\",\"color\":\"#191d23\",\"size\":12},\"align\":\"left\",\"bgcolor\":\"#f1f3f5\",\"bordercolor\":\"#a3acb8\"},\"paper_bgcolor\":\"#ffffff\",\"plot_bgcolor\":\"#ffffff\",\"height\":400,\"hovermode\":\"closest\",\"title\":{\"text\":\"Learning curves\",\"x\":0.02,\"xanchor\":\"left\",\"y\":0.97,\"yanchor\":\"top\"}}}"');
INSERT INTO study_system_attributes VALUES(34,1,'artifacts:b63f2406-95e1-46c5-bcdb-89e74c827f4a','"{\"artifact_id\": \"b63f2406-95e1-46c5-bcdb-89e74c827f4a\", \"filename\": \"trial_1.py\", \"mimetype\": \"text/x-python\", \"encoding\": null}"');
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
INSERT INTO trials VALUES(1,0,1,'PRUNED','2026-11-22 07:44:06.565254','2026-11-22 07:44:19.974639');
INSERT INTO trials VALUES(2,1,1,'COMPLETE','2026-11-22 07:44:06.623567','2026-11-22 07:44:20.421078');
INSERT INTO trials VALUES(3,2,1,'PRUNED','2026-11-22 07:44:16.757972','2026-11-22 07:44:20.620665');
INSERT INTO trials VALUES(4,3,1,'COMPLETE','2026-11-22 07:44:20.307001','2026-11-22 07:44:22.777135');
INSERT INTO trials VALUES(5,4,1,'COMPLETE','2026-11-22 07:44:20.640823','2026-11-22 07:44:23.957077');
INSERT INTO trials VALUES(6,5,1,'PRUNED','2026-11-22 07:44:20.892858','2026-11-22 07:44:23.634878');
INSERT INTO trials VALUES(7,6,1,'RUNNING','2026-11-22 07:44:22.811672',NULL);
INSERT INTO trials VALUES(8,7,1,'RUNNING','2026-11-22 07:44:23.678382',NULL);
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
INSERT INTO trial_user_attributes VALUES(7,1,'latency_ms','0.07427210722977522');
INSERT INTO trial_user_attributes VALUES(8,2,'architecture','"da9fb0b153db051c"');
INSERT INTO trial_user_attributes VALUES(9,2,'description','"width 1.0; 1 standard k1"');
INSERT INTO trial_user_attributes VALUES(10,2,'flops','90192');
INSERT INTO trial_user_attributes VALUES(11,2,'params','258');
INSERT INTO trial_user_attributes VALUES(12,2,'weight_bytes','1032');
INSERT INTO trial_user_attributes VALUES(13,2,'peak_activation_bytes','40960');
INSERT INTO trial_user_attributes VALUES(14,2,'latency_ms','0.04247647856873893');
INSERT INTO trial_user_attributes VALUES(15,3,'architecture','"ea2074c629d8a840"');
INSERT INTO trial_user_attributes VALUES(16,3,'description','"width 3.0; 1 standard k3"');
INSERT INTO trial_user_attributes VALUES(17,3,'flops','1548528');
INSERT INTO trial_user_attributes VALUES(18,3,'params','5746');
INSERT INTO trial_user_attributes VALUES(19,3,'weight_bytes','22984');
INSERT INTO trial_user_attributes VALUES(20,3,'peak_activation_bytes','122880');
INSERT INTO trial_user_attributes VALUES(21,3,'latency_ms','0.11537281294739048');
INSERT INTO trial_user_attributes VALUES(22,1,'curve','[[1, 0.085]]');
INSERT INTO trial_user_attributes VALUES(23,4,'architecture','"dc370d650a586e37"');
INSERT INTO trial_user_attributes VALUES(24,4,'description','"width 1.0; 1 fire"');
INSERT INTO trial_user_attributes VALUES(25,4,'flops','92240');
INSERT INTO trial_user_attributes VALUES(26,4,'params','244');
INSERT INTO trial_user_attributes VALUES(27,4,'weight_bytes','976');
INSERT INTO trial_user_attributes VALUES(28,4,'peak_activation_bytes','36864');
INSERT INTO trial_user_attributes VALUES(29,4,'latency_ms','0.06719899866762895');
INSERT INTO trial_user_attributes VALUES(30,2,'curve','[[1, 0.094], [2, 0.115], [3, 0.114]]');
INSERT INTO trial_user_attributes VALUES(31,3,'curve','[[1, 0.085]]');
INSERT INTO trial_user_attributes VALUES(32,5,'architecture','"3a3079a05e4a4e77"');
INSERT INTO trial_user_attributes VALUES(33,5,'description','"width 2.0; 1 standard k1"');
INSERT INTO trial_user_attributes VALUES(34,5,'flops','213152');
INSERT INTO trial_user_attributes VALUES(35,5,'params','634');
INSERT INTO trial_user_attributes VALUES(36,5,'weight_bytes','2536');
INSERT INTO trial_user_attributes VALUES(37,5,'peak_activation_bytes','81920');
INSERT INTO trial_user_attributes VALUES(38,5,'latency_ms','0.04379502700715845');
INSERT INTO trial_user_attributes VALUES(39,6,'architecture','"0cc1d03f7ea481d6"');
INSERT INTO trial_user_attributes VALUES(40,6,'description','"width 1.0; 1 standard k3"');
INSERT INTO trial_user_attributes VALUES(41,6,'flops','221264');
INSERT INTO trial_user_attributes VALUES(42,6,'params','770');
INSERT INTO trial_user_attributes VALUES(43,6,'weight_bytes','3080');
INSERT INTO trial_user_attributes VALUES(44,6,'peak_activation_bytes','40960');
INSERT INTO trial_user_attributes VALUES(45,6,'latency_ms','0.06470340704510068');
INSERT INTO trial_user_attributes VALUES(46,4,'curve','[[1, 0.094], [2, 0.095], [3, 0.112]]');
INSERT INTO trial_user_attributes VALUES(47,7,'architecture','"f07854c42a0b7676"');
INSERT INTO trial_user_attributes VALUES(48,7,'description','"width 2.0; 1 fire"');
INSERT INTO trial_user_attributes VALUES(49,7,'flops','221344');
INSERT INTO trial_user_attributes VALUES(50,7,'params','574');
INSERT INTO trial_user_attributes VALUES(51,7,'weight_bytes','2296');
INSERT INTO trial_user_attributes VALUES(52,7,'peak_activation_bytes','73728');
INSERT INTO trial_user_attributes VALUES(53,7,'latency_ms','0.06349932054717859');
INSERT INTO trial_user_attributes VALUES(54,6,'curve','[[1, 0.085]]');
INSERT INTO trial_user_attributes VALUES(55,8,'architecture','"3e7130875b1f1a42"');
INSERT INTO trial_user_attributes VALUES(56,8,'description','"width 2.0; 1 standard k3"');
INSERT INTO trial_user_attributes VALUES(57,8,'flops','737440');
INSERT INTO trial_user_attributes VALUES(58,8,'params','2682');
INSERT INTO trial_user_attributes VALUES(59,8,'weight_bytes','10728');
INSERT INTO trial_user_attributes VALUES(60,8,'peak_activation_bytes','81920');
INSERT INTO trial_user_attributes VALUES(61,8,'latency_ms','0.08937725376940792');
INSERT INTO trial_user_attributes VALUES(62,5,'curve','[[1, 0.095], [2, 0.098], [3, 0.098]]');
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
INSERT INTO trial_params VALUES(19,8,'width_mult',1.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [1.0, 2.0, 3.0]}}');
INSERT INTO trial_params VALUES(20,8,'stage1.block',0.0,'{"name": "CategoricalDistribution", "attributes": {"choices": ["standard", "fire"]}}');
INSERT INTO trial_params VALUES(21,8,'stage1.standard.kernel_size',1.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [1, 3]}}');
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
INSERT INTO trial_values VALUES(3,2,2,0.04247647856873892902,'FINITE');
INSERT INTO trial_values VALUES(4,4,0,0.11200000000000000233,'FINITE');
INSERT INTO trial_values VALUES(5,4,1,92240.0,'FINITE');
INSERT INTO trial_values VALUES(6,4,2,0.067198998667628948022,'FINITE');
INSERT INTO trial_values VALUES(7,5,0,0.098000000000000003774,'FINITE');
INSERT INTO trial_values VALUES(8,5,1,213152.0,'FINITE');
INSERT INTO trial_values VALUES(9,5,2,0.043795027007158447707,'FINITE');
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
CREATE INDEX ix_nas_calibrations_experiment_name ON nas_calibrations (experiment_name);
CREATE INDEX ix_nas_trials_study_id_state ON nas_trials (study_id, state, accuracy);
CREATE INDEX ix_nas_events_study_id ON nas_events (study_id);
CREATE INDEX ix_nas_exports_trial_id ON nas_exports (trial_id);
CREATE INDEX ix_nas_exports_study_id ON nas_exports (study_id);
CREATE INDEX ix_nas_trainings_study_id ON nas_trainings (study_id);
CREATE INDEX ix_nas_trainings_trial_id ON nas_trainings (trial_id);
CREATE INDEX ix_nas_training_keys_training_key ON nas_training_keys (training_key);
CREATE UNIQUE INDEX ix_studies_study_name ON studies (study_name);
CREATE INDEX ix_trials_study_id ON trials (study_id);
COMMIT;
