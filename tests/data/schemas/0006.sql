BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('v3.2.0.a');
CREATE TABLE nas_alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	PRIMARY KEY (version_num)
);
INSERT INTO "nas_alembic_version" VALUES('0006');
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
INSERT INTO "nas_architectures" VALUES('5044367c0a3b73a6','{"in_shape": [1, 32, 32], "blocks": [{"name": "stem", "type": "stem", "layers": [{"name": "conv", "op": "conv", "inputs": [-1], "in_channels": 1, "out_channels": 24, "kernel_size": [3, 3], "stride": [1, 1], "padding": [1, 1], "dilation": [1, 1], "groups": 1, "bias": false, "transposed": false, "output_padding": [0, 0]}, {"name": "conv_norm", "op": "batch_norm", "inputs": [0], "num_features": 24}, {"name": "conv_act", "op": "activation", "inputs": [1], "function": "relu"}]}, {"name": "stage1.0", "type": "fire", "layers": [{"name": "squeeze", "op": "conv", "inputs": [-1], "in_channels": 24, "out_channels": 3, "kernel_size": [1, 1], "stride": [1, 1], "padding": [0, 0], "dilation": [1, 1], "groups": 1, "bias": false, "transposed": false, "output_padding": [0, 0]}, {"name": "squeeze_norm", "op": "batch_norm", "inputs": [0], "num_features": 3}, {"name": "squeeze_act", "op": "activation", "inputs": [1], "function": "relu"}, {"name": "expand1x1", "op": "conv", "inputs": [2], "in_channels": 3, "out_channels": 12, "kernel_size": [1, 1], "stride": [2, 2], "padding": [0, 0], "dilation": [1, 1], "groups": 1, "bias": false, "transposed": false, "output_padding": [0, 0]}, {"name": "expand1x1_norm", "op": "batch_norm", "inputs": [3], "num_features": 12}, {"name": "expand1x1_act", "op": "activation", "inputs": [4], "function": "relu"}, {"name": "expand", "op": "conv", "inputs": [2], "in_channels": 3, "out_channels": 12, "kernel_size": [3, 3], "stride": [2, 2], "padding": [1, 1], "dilation": [1, 1], "groups": 1, "bias": false, "transposed": false, "output_padding": [0, 0]}, {"name": "expand_norm", "op": "batch_norm", "inputs": [6], "num_features": 12}, {"name": "expand_act", "op": "activation", "inputs": [7], "function": "relu"}, {"name": "concat", "op": "concat", "inputs": [5, 8]}]}, {"name": "head", "type": "head", "layers": [{"name": "pool", "op": "adaptive_avg_pool", "inputs": [-1], "output_size": 1}, {"name": "flatten", "op": "flatten", "inputs": [0]}, {"name": "linear", "op": "linear", "inputs": [1], "in_features": 24, "out_features": 10, "bias": true}]}]}',387312,1000,4000,110592,5);
INSERT INTO "nas_architectures" VALUES('ea2074c629d8a840','{"in_shape": [1, 32, 32], "blocks": [{"name": "stem", "type": "stem", "layers": [{"name": "conv", "op": "conv", "inputs": [-1], "in_channels": 1, "out_channels": 24, "kernel_size": [3, 3], "stride": [1, 1], "padding": [1, 1], "dilation": [1, 1], "groups": 1, "bias": false, "transposed": false, "output_padding": [0, 0]}, {"name": "conv_norm", "op": "batch_norm", "inputs": [0], "num_features": 24}, {"name": "conv_act", "op": "activation", "inputs": [1], "function": "relu"}]}, {"name": "stage1.0", "type": "standard", "layers": [{"name": "conv", "op": "conv", "inputs": [-1], "in_channels": 24, "out_channels": 24, "kernel_size": [3, 3], "stride": [2, 2], "padding": [1, 1], "dilation": [1, 1], "groups": 1, "bias": false, "transposed": false, "output_padding": [0, 0]}, {"name": "conv_norm", "op": "batch_norm", "inputs": [0], "num_features": 24}, {"name": "conv_act", "op": "activation", "inputs": [1], "function": "relu"}]}, {"name": "head", "type": "head", "layers": [{"name": "pool", "op": "adaptive_avg_pool", "inputs": [-1], "output_size": 1}, {"name": "flatten", "op": "flatten", "inputs": [0]}, {"name": "linear", "op": "linear", "inputs": [1], "in_features": 24, "out_features": 10, "bias": true}]}]}',1548528,5746,22984,122880,5);
INSERT INTO "nas_architectures" VALUES('da9fb0b153db051c','{"in_shape": [1, 32, 32], "blocks": [{"name": "stem", "type": "stem", "layers": [{"name": "conv", "op": "conv", "inputs": [-1], "in_channels": 1, "out_channels": 8, "kernel_size": [3, 3], "stride": [1, 1], "padding": [1, 1], "dilation": [1, 1], "groups": 1, "bias": false, "transposed": false, "output_padding": [0, 0]}, {"name": "conv_norm", "op": "batch_norm", "inputs": [0], "num_features": 8}, {"name": "conv_act", "op": "activation", "inputs": [1], "function": "relu"}]}, {"name": "stage1.0", "type": "standard", "layers": [{"name": "conv", "op": "conv", "inputs": [-1], "in_channels": 8, "out_channels": 8, "kernel_size": [1, 1], "stride": [2, 2], "padding": [0, 0], "dilation": [1, 1], "groups": 1, "bias": false, "transposed": false, "output_padding": [0, 0]}, {"name": "conv_norm", "op": "batch_norm", "inputs": [0], "num_features": 8}, {"name": "conv_act", "op": "activation", "inputs": [1], "function": "relu"}]}, {"name": "head", "type": "head", "layers": [{"name": "pool", "op": "adaptive_avg_pool", "inputs": [-1], "output_size": 1}, {"name": "flatten", "op": "flatten", "inputs": [0]}, {"name": "linear", "op": "linear", "inputs": [1], "in_features": 8, "out_features": 10, "bias": true}]}]}',90192,258,1032,40960,3);
INSERT INTO "nas_architectures" VALUES('4d0b18d07e36fdea','{"in_shape": [1, 32, 32], "blocks": [{"name": "stem", "type": "stem", "layers": [{"name": "conv", "op": "conv", "inputs": [-1], "in_channels": 1, "out_channels": 24, "kernel_size": [3, 3], "stride": [1, 1], "padding": [1, 1], "dilation": [1, 1], "groups": 1, "bias": false, "transposed": false, "output_padding": [0, 0]}, {"name": "conv_norm", "op": "batch_norm", "inputs": [0], "num_features": 24}, {"name": "conv_act", "op": "activation", "inputs": [1], "function": "relu"}]}, {"name": "stage1.0", "type": "standard", "layers": [{"name": "conv", "op": "conv", "inputs": [-1], "in_channels": 24, "out_channels": 24, "kernel_size": [1, 1], "stride": [2, 2], "padding": [0, 0], "dilation": [1, 1], "groups": 1, "bias": false, "transposed": false, "output_padding": [0, 0]}, {"name": "conv_norm", "op": "batch_norm", "inputs": [0], "num_features": 24}, {"name": "conv_act", "op": "activation", "inputs": [1], "function": "relu"}]}, {"name": "head", "type": "head", "layers": [{"name": "pool", "op": "adaptive_avg_pool", "inputs": [-1], "output_size": 1}, {"name": "flatten", "op": "flatten", "inputs": [0]}, {"name": "linear", "op": "linear", "inputs": [1], "in_features": 24, "out_features": 10, "bias": true}]}]}',368880,1138,4552,122880,3);
INSERT INTO "nas_architectures" VALUES('0cc1d03f7ea481d6','{"in_shape": [1, 32, 32], "blocks": [{"name": "stem", "type": "stem", "layers": [{"name": "conv", "op": "conv", "inputs": [-1], "in_channels": 1, "out_channels": 8, "kernel_size": [3, 3], "stride": [1, 1], "padding": [1, 1], "dilation": [1, 1], "groups": 1, "bias": false, "transposed": false, "output_padding": [0, 0]}, {"name": "conv_norm", "op": "batch_norm", "inputs": [0], "num_features": 8}, {"name": "conv_act", "op": "activation", "inputs": [1], "function": "relu"}]}, {"name": "stage1.0", "type": "standard", "layers": [{"name": "conv", "op": "conv", "inputs": [-1], "in_channels": 8, "out_channels": 8, "kernel_size": [3, 3], "stride": [2, 2], "padding": [1, 1], "dilation": [1, 1], "groups": 1, "bias": false, "transposed": false, "output_padding": [0, 0]}, {"name": "conv_norm", "op": "batch_norm", "inputs": [0], "num_features": 8}, {"name": "conv_act", "op": "activation", "inputs": [1], "function": "relu"}]}, {"name": "head", "type": "head", "layers": [{"name": "pool", "op": "adaptive_avg_pool", "inputs": [-1], "output_size": 1}, {"name": "flatten", "op": "flatten", "inputs": [0]}, {"name": "linear", "op": "linear", "inputs": [1], "in_features": 8, "out_features": 10, "bias": true}]}]}',221264,770,3080,40960,5);
INSERT INTO "nas_architectures" VALUES('dc370d650a586e37','{"in_shape": [1, 32, 32], "blocks": [{"name": "stem", "type": "stem", "layers": [{"name": "conv", "op": "conv", "inputs": [-1], "in_channels": 1, "out_channels": 8, "kernel_size": [3, 3], "stride": [1, 1], "padding": [1, 1], "dilation": [1, 1], "groups": 1, "bias": false, "transposed": false, "output_padding": [0, 0]}, {"name": "conv_norm", "op": "batch_norm", "inputs": [0], "num_features": 8}, {"name": "conv_act", "op": "activation", "inputs": [1], "function": "relu"}]}, {"name": "stage1.0", "type": "fire", "layers": [{"name": "squeeze", "op": "conv", "inputs": [-1], "in_channels": 8, "out_channels": 1, "kernel_size": [1, 1], "stride": [1, 1], "padding": [0, 0], "dilation": [1, 1], "groups": 1, "bias": false, "transposed": false, "output_padding": [0, 0]}, {"name": "squeeze_norm", "op": "batch_norm", "inputs": [0], "num_features": 1}, {"name": "squeeze_act", "op": "activation", "inputs": [1], "function": "relu"}, {"name": "expand1x1", "op": "conv", "inputs": [2], "in_channels": 1, "out_channels": 4, "kernel_size": [1, 1], "stride": [2, 2], "padding": [0, 0], "dilation": [1, 1], "groups": 1, "bias": false, "transposed": false, "output_padding": [0, 0]}, {"name": "expand1x1_norm", "op": "batch_norm", "inputs": [3], "num_features": 4}, {"name": "expand1x1_act", "op": "activation", "inputs": [4], "function": "relu"}, {"name": "expand", "op": "conv", "inputs": [2], "in_channels": 1, "out_channels": 4, "kernel_size": [3, 3], "stride": [2, 2], "padding": [1, 1], "dilation": [1, 1], "groups": 1, "bias": false, "transposed": false, "output_padding": [0, 0]}, {"name": "expand_norm", "op": "batch_norm", "inputs": [6], "num_features": 4}, {"name": "expand_act", "op": "activation", "inputs": [7], "function": "relu"}, {"name": "concat", "op": "concat", "inputs": [5, 8]}]}, {"name": "head", "type": "head", "layers": [{"name": "pool", "op": "adaptive_avg_pool", "inputs": [-1], "output_size": 1}, {"name": "flatten", "op": "flatten", "inputs": [0]}, {"name": "linear", "op": "linear", "inputs": [1], "in_features": 8, "out_features": 10, "bias": true}]}]}',92240,244,976,36864,5);
INSERT INTO "nas_architectures" VALUES('3a3079a05e4a4e77','{"in_shape": [1, 32, 32], "blocks": [{"name": "stem", "type": "stem", "layers": [{"name": "conv", "op": "conv", "inputs": [-1], "in_channels": 1, "out_channels": 16, "kernel_size": [3, 3], "stride": [1, 1], "padding": [1, 1], "dilation": [1, 1], "groups": 1, "bias": false, "transposed": false, "output_padding": [0, 0]}, {"name": "conv_norm", "op": "batch_norm", "inputs": [0], "num_features": 16}, {"name": "conv_act", "op": "activation", "inputs": [1], "function": "relu"}]}, {"name": "stage1.0", "type": "standard", "layers": [{"name": "conv", "op": "conv", "inputs": [-1], "in_channels": 16, "out_channels": 16, "kernel_size": [1, 1], "stride": [2, 2], "padding": [0, 0], "dilation": [1, 1], "groups": 1, "bias": false, "transposed": false, "output_padding": [0, 0]}, {"name": "conv_norm", "op": "batch_norm", "inputs": [0], "num_features": 16}, {"name": "conv_act", "op": "activation", "inputs": [1], "function": "relu"}]}, {"name": "head", "type": "head", "layers": [{"name": "pool", "op": "adaptive_avg_pool", "inputs": [-1], "output_size": 1}, {"name": "flatten", "op": "flatten", "inputs": [0]}, {"name": "linear", "op": "linear", "inputs": [1], "in_features": 16, "out_features": 10, "bias": true}]}]}',213152,634,2536,81920,3);
INSERT INTO "nas_architectures" VALUES('3e7130875b1f1a42','{"in_shape": [1, 32, 32], "blocks": [{"name": "stem", "type": "stem", "layers": [{"name": "conv", "op": "conv", "inputs": [-1], "in_channels": 1, "out_channels": 16, "kernel_size": [3, 3], "stride": [1, 1], "padding": [1, 1], "dilation": [1, 1], "groups": 1, "bias": false, "transposed": false, "output_padding": [0, 0]}, {"name": "conv_norm", "op": "batch_norm", "inputs": [0], "num_features": 16}, {"name": "conv_act", "op": "activation", "inputs": [1], "function": "relu"}]}, {"name": "stage1.0", "type": "standard", "layers": [{"name": "conv", "op": "conv", "inputs": [-1], "in_channels": 16, "out_channels": 16, "kernel_size": [3, 3], "stride": [2, 2], "padding": [1, 1], "dilation": [1, 1], "groups": 1, "bias": false, "transposed": false, "output_padding": [0, 0]}, {"name": "conv_norm", "op": "batch_norm", "inputs": [0], "num_features": 16}, {"name": "conv_act", "op": "activation", "inputs": [1], "function": "relu"}]}, {"name": "head", "type": "head", "layers": [{"name": "pool", "op": "adaptive_avg_pool", "inputs": [-1], "output_size": 1}, {"name": "flatten", "op": "flatten", "inputs": [0]}, {"name": "linear", "op": "linear", "inputs": [1], "in_features": 16, "out_features": 10, "bias": true}]}]}',737440,2682,10728,81920,5);
CREATE TABLE nas_calibrations (
	id INTEGER NOT NULL, 
	experiment_name VARCHAR NOT NULL, 
	dataset_fingerprint VARCHAR NOT NULL, 
	calibrated_at DATETIME NOT NULL, 
	recommended_epochs INTEGER, 
	result JSON NOT NULL, 
	PRIMARY KEY (id)
);
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
INSERT INTO "nas_checkpoints" VALUES(6,1,'file:///home/user/nas_studies/small/checkpoints/small-844d0a83/trial-00005-epochs-1-3e9a2850.state','596c49982809b9eb604f99f7ec24e74e65528c8102c9e373225b05dca58f200d',22621,'2026-11-30 17:55:56.061091');
CREATE TABLE nas_companions (
	study_id INTEGER NOT NULL, 
	experiment_name VARCHAR NOT NULL, 
	purpose VARCHAR NOT NULL, 
	PRIMARY KEY (study_id), 
	FOREIGN KEY(study_id) REFERENCES nas_studies (id)
);
CREATE TABLE nas_epochs (
	trial_id INTEGER NOT NULL, 
	epochs INTEGER NOT NULL, 
	accuracy DOUBLE NOT NULL, 
	train_loss DOUBLE, 
	train_s DOUBLE NOT NULL, 
	PRIMARY KEY (trial_id, epochs), 
	FOREIGN KEY(trial_id) REFERENCES nas_trials (id)
);
INSERT INTO "nas_epochs" VALUES(1,1,0.085,2.31304025650024414062e+00,9.80981202999828383326e-01);
INSERT INTO "nas_epochs" VALUES(2,1,0.085,2.33513164520263671875e+00,7.9767413799709174782e-01);
INSERT INTO "nas_epochs" VALUES(1,2,0.119,2.31063961982727050781e+00,0.629750045001856);
INSERT INTO "nas_epochs" VALUES(3,1,0.094,2.34119200706481933593e+00,2.16154689001996302977e-01);
INSERT INTO "nas_epochs" VALUES(1,3,0.085,2.28968906402587890625e+00,6.81575680999230826273e-01);
INSERT INTO "nas_epochs" VALUES(3,2,0.115,2.29340291023254394531e+00,2.60898324999288888648e-01);
INSERT INTO "nas_epochs" VALUES(3,3,0.114,2.28931117057800292968e+00,2.08743224000500049442e-01);
INSERT INTO "nas_epochs" VALUES(5,1,0.085,2.32579112052917480468e+00,0.570578053000645);
INSERT INTO "nas_epochs" VALUES(5,2,0.085,2.29347968101501464843e+00,2.39769518997491104528e-01);
INSERT INTO "nas_epochs" VALUES(4,1,0.084,2.3266658782958984375e+00,0.526180075998127);
INSERT INTO "nas_epochs" VALUES(5,3,0.085,2.28596663475036621093e+00,7.02307969997491454705e-01);
INSERT INTO "nas_epochs" VALUES(6,1,0.094,2.34738612174987792968e+00,9.64780534002784406766e-01);
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
INSERT INTO "nas_events" VALUES(1,1,'2026-11-30 17:55:37.071139','launched',NULL,'launched with 8 trials','{}');
INSERT INTO "nas_events" VALUES(2,1,'2026-11-30 17:55:58.100784','ended',NULL,'interrupted: stopped by hand','{}');
CREATE TABLE nas_executions (
	study_id INTEGER NOT NULL, 
	execution JSON NOT NULL, 
	measured_at DATETIME NOT NULL, 
	PRIMARY KEY (study_id), 
	FOREIGN KEY(study_id) REFERENCES nas_studies (id)
);
INSERT INTO "nas_executions" VALUES(1,'{"device_name": "Intel(R) Xeon(R) Processor", "versions": "torch 2.13.0+cpu", "batch_size": 32, "num_threads": 1, "elements": {"float32": 3.288799285883952, "bfloat16": 3.3517417907704807, "cast": 0.362361907962753}, "families": {"dense 1x1, stride 1x1, dilation 1x1": {"elements": 61440, "flops": 884736, "float32": [0.9745320000007496, 0.9085080000001966, 1.067995999999738], "bfloat16": [0.4601500000003256, 0.4727930000001379, 0.6345719999991672]}, "dense 1x1, stride 2x2, dilation 1x1": {"elements": 43008, "flops": 221184, "float32": [0.357061000000769, 1.2504080000006468, 0.46079800000065063], "bfloat16": [0.2367880000004874, 0.6952760000000779, 0.390536999999469]}, "dense 3x3, stride 1x1, dilation 1x1": {"elements": 24576, "flops": 5308416, "float32": [1.8801379999988654, 1.8945169999984302, 1.9778909999992322], "bfloat16": [0.4541069999994818, 0.4380190000006223, 0.7564640000001788]}, "dense 3x3, stride 2x2, dilation 1x1": {"elements": 36864, "flops": 2654208, "float32": [1.1887569999995407, 1.903706000000227, 1.6362839999999323], "bfloat16": [0.5060809999992699, 0.6334830000014335, 0.7570729999990533]}}, "autocast": false, "cuda_graphs": false}','2026-11-30 17:55:37.323917');
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
INSERT INTO "nas_latency_blocks" VALUES('6f6b15a634ae9735','0916a539f6b4bf8f',1.73789994732942432165e-02,1.69359991559758782386e-02,1.75659988599363714456e-02,3.28200258081778883934e-03,150,2.72910001513082534074e-02,0,'2026-11-30 17:55:34.254705');
INSERT INTO "nas_latency_blocks" VALUES('dc851cc05fb33a6a','0916a539f6b4bf8f',1.6416497601312585175e-02,1.61009993462357670068e-02,1.69539998751133680343e-02,1.31239976326469331979e-02,539,2.72910001513082534074e-02,0,'2026-11-30 17:55:34.255639');
INSERT INTO "nas_latency_blocks" VALUES('4e056176bbd9d4f4','0916a539f6b4bf8f',1.14545999167603440582e-01,1.03226997453020885586e-01,1.2217200128361582756e-01,2.91280011879280209541e-02,91,2.72910001513082534074e-02,0,'2026-11-30 17:55:34.256061');
INSERT INTO "nas_latency_blocks" VALUES('03191367eea97348','0916a539f6b4bf8f',5.06189990119310095906e-02,4.99369998578913509845e-02,5.18220003868918865919e-02,2.18540008063428103923e-02,256,2.72910001513082534074e-02,0,'2026-11-30 17:55:34.256557');
INSERT INTO "nas_latency_blocks" VALUES('d382a86ebaa57433','0916a539f6b4bf8f',3.99529999413061887025e-02,3.89649976568762212991e-02,4.09410022257361561059e-02,1.68970000231638550758e-02,140,2.72910001513082534074e-02,0,'2026-11-30 17:55:34.257033');
INSERT INTO "nas_latency_blocks" VALUES('66cb7ffd26ccf714','0916a539f6b4bf8f',3.64839997928356751799e-02,3.59789992216974496841e-02,3.71230016753543168306e-02,1.39189978654030710458e-02,50,2.72910001513082534074e-02,0,'2026-11-30 17:55:34.257402');
INSERT INTO "nas_latency_blocks" VALUES('9fa1b922b77c6fa8','0916a539f6b4bf8f',0.0158909988385858,1.54179979290347546339e-02,1.61379975907038897275e-02,2.56499697570689022541e-03,32,2.72910001513082534074e-02,0,'2026-11-30 17:55:34.257800');
INSERT INTO "nas_latency_blocks" VALUES('6c4af05f774ade97','0916a539f6b4bf8f',1.66050012921914458274e-02,1.61190000653732568025e-02,1.75299974216613918542e-02,1.87319965334609150886e-02,565,2.72910001513082534074e-02,0,'2026-11-30 17:55:34.258189');
INSERT INTO "nas_latency_blocks" VALUES('503fc85381f2b4c2','0916a539f6b4bf8f',1.53541999679873697459e-01,1.37007999001070857048e-01,1.6802399841253645718e-01,2.98499980999622493982e-02,58,2.72910001513082534074e-02,0,'2026-11-30 17:55:34.258514');
INSERT INTO "nas_latency_blocks" VALUES('d0c3eaac3bf41baa','0916a539f6b4bf8f',2.20995007111923769116e-02,2.17300002987030893564e-02,2.2823001927463337779e-02,5.61799970455467700958e-03,177,2.72910001513082534074e-02,0,'2026-11-30 17:55:34.258855');
INSERT INTO "nas_latency_blocks" VALUES('cc397806b5c641bc','0916a539f6b4bf8f',4.77370012958999723196e-02,4.56579982710536569356e-02,4.99100024171639233827e-02,2.11630031117238104343e-02,284,2.72910001513082534074e-02,0,'2026-11-30 17:55:34.259221');
INSERT INTO "nas_latency_blocks" VALUES('f8d858c03123f176','0916a539f6b4bf8f',1.85200005944352596998e-02,1.81590003194287419319e-02,1.89019992831163108348e-02,4.32399974670261144638e-03,141,2.72910001513082534074e-02,0,'2026-11-30 17:55:34.259571');
INSERT INTO "nas_latency_blocks" VALUES('00b4c92555d8a80d','0916a539f6b4bf8f',6.43855000816984102129e-02,6.34530006209388375282e-02,6.64199978928081691265e-02,2.24100003833882510662e-02,120,2.72910001513082534074e-02,0,'2026-11-30 17:55:34.259914');
INSERT INTO "nas_latency_blocks" VALUES('e2ff5862c816c32c','0916a539f6b4bf8f',2.72340002993587404489e-02,2.56759994954336434602e-02,3.23130007018335163593e-02,2.8229002055013552308e-02,365,2.72910001513082534074e-02,0,'2026-11-30 17:55:34.260260');
INSERT INTO "nas_latency_blocks" VALUES('57542946b4973e7e','0916a539f6b4bf8f',2.0224997570039704442e-02,1.97629997273907065391e-02,2.07500015676487237215e-02,8.63600143929943442344e-03,294,2.72910001513082534074e-02,0,'2026-11-30 17:55:34.260606');
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
INSERT INTO "nas_latency_fits" VALUES('0916a539f6b4bf8f','17953e009a3eac95','networks',6.29942071548982573947e-02,9,'2026-11-30 17:55:37.045461');
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
INSERT INTO "nas_latency_networks" VALUES('da9fb0b153db051c','["6f6b15a634ae9735", "9fa1b922b77c6fa8", "6c4af05f774ade97"]','0916a539f6b4bf8f',4.73733915492586185602e-02,4.65015554672725262008e-02,0.0483981655324192,2.27441777992039538547e-02,75,2.72910001513082534074e-02,0,'2026-11-30 17:55:37.037882');
INSERT INTO "nas_latency_networks" VALUES('3a3079a05e4a4e77','["57542946b4973e7e", "f8d858c03123f176", "e2ff5862c816c32c"]','0916a539f6b4bf8f',5.1634466516001120695e-02,5.03430669605976766067e-02,5.25716989060237699371e-02,5.25616328673413242544e-03,40,2.72910001513082534074e-02,0,'2026-11-30 17:55:37.038644');
INSERT INTO "nas_latency_networks" VALUES('0cc1d03f7ea481d6','["6f6b15a634ae9735", "66cb7ffd26ccf714", "6c4af05f774ade97"]','0916a539f6b4bf8f',6.66709796658601500096e-02,6.57412913142827737278e-02,6.80131925845325613355e-02,2.47856729345791587659e-02,38,2.72910001513082534074e-02,0,'2026-11-30 17:55:37.039018');
INSERT INTO "nas_latency_networks" VALUES('dc370d650a586e37','["6f6b15a634ae9735", "d382a86ebaa57433", "6c4af05f774ade97"]','0916a539f6b4bf8f',7.09028741015566704719e-02,6.98906808365602899568e-02,7.23819265802670697151e-02,3.3323917548822967749e-02,165,2.72910001513082534074e-02,0,'2026-11-30 17:55:37.039370');
INSERT INTO "nas_latency_networks" VALUES('5044367c0a3b73a6','["d0c3eaac3bf41baa", "03191367eea97348", "dc851cc05fb33a6a"]','0916a539f6b4bf8f',8.52964547192572308809e-02,8.37806758408667084925e-02,8.74541576957491156862e-02,3.27161960199756768341e-02,163,2.72910001513082534074e-02,0,'2026-11-30 17:55:37.039696');
INSERT INTO "nas_latency_networks" VALUES('f07854c42a0b7676','["57542946b4973e7e", "cc397806b5c641bc", "e2ff5862c816c32c"]','0916a539f6b4bf8f',7.89048422691434742093e-02,0.0773291979134252,8.08648336044013593681e-02,4.2091572675206211096e-02,51,2.72910001513082534074e-02,0,'2026-11-30 17:55:37.040015');
INSERT INTO "nas_latency_networks" VALUES('3e7130875b1f1a42','["57542946b4973e7e", "00b4c92555d8a80d", "e2ff5862c816c32c"]','0916a539f6b4bf8f',0.0988171908209146,9.78668744107936278142e-02,1.00421506915178176955e-01,3.38752912233147851495e-02,120,2.72910001513082534074e-02,0,'2026-11-30 17:55:37.040306');
INSERT INTO "nas_latency_networks" VALUES('4d0b18d07e36fdea','["d0c3eaac3bf41baa", "4e056176bbd9d4f4", "dc851cc05fb33a6a"]','0916a539f6b4bf8f',1.33743414916642350265e-01,1.30169542920183706202e-01,1.3687558181495998455e-01,4.59813755315631733644e-02,573,2.72910001513082534074e-02,0,'2026-11-30 17:55:37.040595');
INSERT INTO "nas_latency_networks" VALUES('ea2074c629d8a840','["d0c3eaac3bf41baa", "503fc85381f2b4c2", "dc851cc05fb33a6a"]','0916a539f6b4bf8f',1.63408946008228889157e-01,1.58731323719296074647e-01,1.67730391584422128259e-01,5.221149577781120793e-02,330,2.72910001513082534074e-02,0,'2026-11-30 17:55:37.040994');
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
INSERT INTO "nas_latency_settings" VALUES('0916a539f6b4bf8f','cpu','eager','float32',1,1,'contiguous','Intel(R) Xeon(R) Processor','torch 2.13.0+cpu, python 3.11.7');
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
INSERT INTO "nas_layer_diagnostics" VALUES(1,'stem.conv',0,24,0.0,4.127216339111328125e-01,1.44140403503886727065e+01);
INSERT INTO "nas_layer_diagnostics" VALUES(1,'stage1.0.squeeze',1,3,0.0,3.59568119049072265625e-01,2.74194163265673784835e+00);
INSERT INTO "nas_layer_diagnostics" VALUES(1,'stage1.0.expand1x1',2,12,0.0,5.03901302814483642578e-01,5.18095294781308801645e+00);
INSERT INTO "nas_layer_diagnostics" VALUES(1,'stage1.0.expand',3,12,0.0,3.44048440456390380859e-01,9.82316521611488724374e+00);
INSERT INTO "nas_layer_diagnostics" VALUES(3,'stem.conv',0,8,0.0,3.40823948383331298828e-01,6.54804383480107699e+00);
INSERT INTO "nas_layer_diagnostics" VALUES(3,'stage1.0.conv',1,8,0.0,3.46897274255752563476e-01,6.28146340186211205036e+00);
INSERT INTO "nas_layer_diagnostics" VALUES(5,'stem.conv',0,8,0.0,5.05592286586761474609e-01,5.81793387822093777117e+00);
INSERT INTO "nas_layer_diagnostics" VALUES(5,'stage1.0.conv',1,8,0.0,3.54848682880401611328e-01,6.51104695486321372044e+00);
CREATE TABLE nas_own_values (
	trial_id INTEGER NOT NULL, 
	measure VARCHAR NOT NULL, 
	value DOUBLE NOT NULL, 
	PRIMARY KEY (trial_id, measure), 
	FOREIGN KEY(trial_id) REFERENCES nas_trials (id)
);
CREATE TABLE nas_reused_trials (
	trial_id INTEGER NOT NULL, 
	source_trial_id INTEGER NOT NULL, 
	epochs INTEGER NOT NULL, 
	PRIMARY KEY (trial_id), 
	FOREIGN KEY(trial_id) REFERENCES nas_trials (id), 
	FOREIGN KEY(source_trial_id) REFERENCES nas_trials (id)
);
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
	num_validation_images INTEGER, 
	input_format JSON, 
	class_names JSON, 
	measures JSON, 
	versions JSON NOT NULL, 
	hardware JSON NOT NULL, 
	PRIMARY KEY (id), 
	UNIQUE (name)
);
INSERT INTO "nas_studies" VALUES(1,'small','INTERRUPTED','2026-11-30 17:55:37.061629','5f5b6bfadac584c8',0,'name: small
seed: 0
dataset: {name: cluttered_digits, train_size: 400}
space:
  stem: {out_channels: 8}
  width_mult: [1.0, 2.0, 3.0]
  stages: [{out_channels: 8, stride: 2, block: [{standard: {kernel_size: [1, 3]}}, fire]}]
objectives: [accuracy, flops, latency_ms]
search: {num_trials: 8}
fidelity: {max_epochs: 3, min_epochs: 1, reduction_factor: 3}
','{"name":"small","seed":0,"dataset":{"name":"cluttered_digits","root":null,"variant":null,"size":null,"channels":null,"flip":null,"train_size":400,"validation_size":null,"seed":0},"space":{"input":null,"stem":{"out_channels":[8],"kernel_size":[3],"stride":[1],"num_convs":[1],"pool":[false]},"width_mult":[1.0,2.0,3.0],"resolution_mult":[1.0],"activation":["relu"],"channel_multiple":8,"stages":[{"out_channels":[8],"num_blocks":[1],"stride":[2],"block":[{"standard":{"kernel_size":[1,3],"dilation":[1],"groups":[1],"residual":["none"]}},{"fire":{"squeeze_ratio":[0.125],"wide_share":[0.5],"kernel_size":[3],"dilation":[1],"groups":[1],"bypass":["none"],"norm":[true]}}]}],"head":{"conv_channels":[0],"dropout":[0.0]}},"objectives":["accuracy","flops","latency_ms"],"constraints":{"flops":null,"params":null,"latency_ms":null,"peak_activation_bytes":null,"weight_bytes":null,"accuracy":null},"latency":{"device":"cpu","backend":"eager","dtype":"float32","batch_size":1,"num_threads":1,"memory_format":"contiguous","table":null,"max_profile_seconds":null},"search":{"sampler":"cost_aware","num_trials":8,"time_limit":null,"start_from":[],"reuse":true},"fidelity":{"scheduler":"halving","max_epochs":3,"min_epochs":1,"reduction_factor":3,"num_brackets":null},"evaluator":"proxy","proxy":{"batch_size":32,"learning_rate":0.1,"schedule":"cosine","warmup_epochs":0.5,"momentum":0.9,"weight_decay":0.0005,"label_smoothing":0.0,"averaging":0.98,"augmentation":{"flip":true,"crop":0,"cutout":0,"mixup":0.0},"execution":"auto"},"workers":{"cpus_per_trial":1.0,"gpus_per_trial":0.0,"max_concurrent":null,"trial_time_limit":null,"epoch_time_limit":null,"max_retries":2,"max_memory_growth":1073741824.0},"checkpoints":null,"baselines":[],"control":null}','cluttered_digits','25848e892b0c78db','[1, 32, 32]',10,1000,'{"mean": [45.480198], "std": [73.25989], "input_range": [0, 255], "layout": "NCHW", "channels": "grey"}','["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"]',NULL,'{"python": "3.11.7", "conv-nas": "0.1.0", "torch": "2.13.0+cpu", "optuna": "5.0.0", "ray": "2.60.0", "sqlalchemy": "2.1.9", "numpy": "2.4.6"}','{"system": "Linux", "machine": "x86_64", "num_cpus": 2}');
CREATE TABLE nas_training_epochs (
	training_id INTEGER NOT NULL, 
	epochs INTEGER NOT NULL, 
	validation_accuracy DOUBLE, 
	train_loss DOUBLE NOT NULL, 
	train_s DOUBLE NOT NULL, 
	PRIMARY KEY (training_id, epochs), 
	FOREIGN KEY(training_id) REFERENCES nas_trainings (id)
);
CREATE TABLE nas_training_keys (
	trial_id INTEGER NOT NULL, 
	training_key VARCHAR NOT NULL, 
	PRIMARY KEY (trial_id), 
	FOREIGN KEY(trial_id) REFERENCES nas_trials (id)
);
INSERT INTO "nas_training_keys" VALUES(1,'2fc121fd97f6c8a09fb12d8a39192162');
INSERT INTO "nas_training_keys" VALUES(2,'24bcf2893b3f3b85a6ca2640e6a56e2b');
INSERT INTO "nas_training_keys" VALUES(3,'273c392ed9d9a95fbfde20261ef1be51');
INSERT INTO "nas_training_keys" VALUES(4,'f4bfad95ac37561f13452fa73fe4f12a');
INSERT INTO "nas_training_keys" VALUES(5,'b0cc1ba618c2a0e97df0783b92e15112');
INSERT INTO "nas_training_keys" VALUES(6,'1ac06292b415c6d37d9f4ad9dbe11319');
INSERT INTO "nas_training_keys" VALUES(7,'10b2ac7debbcb7a173966217306116ef');
INSERT INTO "nas_training_keys" VALUES(8,'2f0a4e6acc6ed217aa9d9e66a1290b22');
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
	input_format JSON, 
	class_names JSON, 
	PRIMARY KEY (id), 
	FOREIGN KEY(study_id) REFERENCES nas_studies (id), 
	FOREIGN KEY(trial_id) REFERENCES nas_trials (id)
);
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
INSERT INTO "nas_trials" VALUES(1,1,0,'5044367c0a3b73a6','{"width_mult": 3.0, "stage1.block": "fire"}','width 3.0; 1 fire',8.0980307370199219874e-02,'COMPLETE',3,0.085,'2026-11-30 17:55:42.414522','2026-11-30 17:55:48.904500','2026-11-30 17:55:53.256071',2.29230692900091526098e+00,'0e72b532',NULL,NULL,NULL,0,0);
INSERT INTO "nas_trials" VALUES(2,1,1,'ea2074c629d8a840','{"width_mult": 3.0, "stage1.block": "standard", "stage1.standard.kernel_size": 3}','width 3.0; 1 standard k3',1.65094538358224657281e-01,'PRUNED',1,0.085,'2026-11-30 17:55:42.463155','2026-11-30 17:55:48.896500','2026-11-30 17:55:52.378745',7.9767413799709174782e-01,'b0540e94',NULL,NULL,NULL,0,0);
INSERT INTO "nas_trials" VALUES(3,1,2,'da9fb0b153db051c','{"width_mult": 1.0, "stage1.block": "standard", "stage1.standard.kernel_size": 1}','width 1.0; 1 standard k1',0.0472487743997345,'COMPLETE',3,0.114,'2026-11-30 17:55:48.944255','2026-11-30 17:55:52.916875','2026-11-30 17:55:53.684946',6.85796238001785241067e-01,'cc172596',NULL,NULL,NULL,0,0);
INSERT INTO "nas_trials" VALUES(4,1,3,'4d0b18d07e36fdea','{"width_mult": 3.0, "stage1.block": "standard", "stage1.standard.kernel_size": 1}','width 3.0; 1 standard k1',1.3374341491664237802e-01,'PRUNED',1,0.084,'2026-11-30 17:55:52.952158','2026-11-30 17:55:53.990514','2026-11-30 17:55:54.853855',0.526180075998127,'22d911c8',NULL,NULL,NULL,0,0);
INSERT INTO "nas_trials" VALUES(5,1,4,'0cc1d03f7ea481d6','{"width_mult": 1.0, "stage1.block": "standard", "stage1.standard.kernel_size": 3}','width 1.0; 1 standard k3',6.51147675016702787154e-02,'COMPLETE',3,0.085,'2026-11-30 17:55:53.848527','2026-11-30 17:55:53.954158','2026-11-30 17:55:55.520173',1.51265554199562757275e+00,'3346f968',NULL,NULL,NULL,0,0);
INSERT INTO "nas_trials" VALUES(6,1,5,'dc370d650a586e37','{"width_mult": 1.0, "stage1.block": "fire"}','width 1.0; 1 fire',6.80839964409046261017e-02,'WAITING',1,0.094,'2026-11-30 17:55:54.253027','2026-11-30 17:55:54.890896',NULL,9.64780534002784406766e-01,NULL,NULL,NULL,NULL,0,1);
INSERT INTO "nas_trials" VALUES(7,1,6,'3a3079a05e4a4e77','{"width_mult": 2.0, "stage1.block": "standard", "stage1.standard.kernel_size": 1}','width 2.0; 1 standard k1',6.12567292955690789746e-02,'WAITING',0,NULL,'2026-11-30 17:55:55.116783','2026-11-30 17:55:55.563929',NULL,0.0,NULL,NULL,NULL,NULL,0,1);
INSERT INTO "nas_trials" VALUES(8,1,7,'3e7130875b1f1a42','{"width_mult": 2.0, "stage1.block": "standard", "stage1.standard.kernel_size": 3}','width 2.0; 1 standard k3',9.99633886191016868272e-02,'WAITING',0,NULL,'2026-11-30 17:55:55.791584',NULL,NULL,0.0,NULL,NULL,NULL,NULL,0,0);
CREATE TABLE studies (
	study_id INTEGER NOT NULL, 
	study_name VARCHAR(512) NOT NULL, 
	PRIMARY KEY (study_id)
);
INSERT INTO "studies" VALUES(1,'small');
CREATE TABLE study_directions (
	study_direction_id INTEGER NOT NULL, 
	direction VARCHAR(8) NOT NULL, 
	study_id INTEGER NOT NULL, 
	objective INTEGER NOT NULL, 
	PRIMARY KEY (study_direction_id), 
	UNIQUE (study_id, objective), 
	FOREIGN KEY(study_id) REFERENCES studies (study_id)
);
INSERT INTO "study_directions" VALUES(1,'MAXIMIZE',1,0);
INSERT INTO "study_directions" VALUES(2,'MINIMIZE',1,1);
INSERT INTO "study_directions" VALUES(3,'MINIMIZE',1,2);
CREATE TABLE study_system_attributes (
	study_system_attribute_id INTEGER NOT NULL, 
	study_id INTEGER, 
	"key" VARCHAR(512), 
	value_json TEXT, 
	PRIMARY KEY (study_system_attribute_id), 
	UNIQUE (study_id, "key"), 
	FOREIGN KEY(study_id) REFERENCES studies (study_id)
);
INSERT INTO "study_system_attributes" VALUES(1,1,'study:metric_names','["accuracy", "flops", "latency_ms"]');
INSERT INTO "study_system_attributes" VALUES(2,1,'nas:study','"844d0a83"');
INSERT INTO "study_system_attributes" VALUES(3,1,'dashboard:plot_data:curves:0','"{\"data\":[{\"customdata\":[0,0,0,null,1,null,3,null,4,4,4,null,5],\"hovertemplate\":\"\\u003cb\\u003e%{y:.4f}\\u003c\\u002fb\\u003e after epoch %{x}\\u003cbr\\u003e%{hovertext}\\u003cextra\\u003e\\u003c\\u002fextra\\u003e\",\"hovertext\":[\"\\u003cb\\u003etrial 0\\u003c\\u002fb\\u003e \\u00b7 complete\\u003cbr\\u003ewidth 3.0\\u003cbr\\u003e1 fire\\u003cbr\\u003eaccuracy \\u003cb\\u003e0.0850\\u003c\\u002fb\\u003e after 3 epochs\\u003cbr\\u003e387k FLOPs \\u00b7 1k parameters \\u00b7 0.0810 ms predicted\",\"\\u003cb\\u003etrial 0\\u003c\\u002fb\\u003e \\u00b7 complete\\u003cbr\\u003ewidth 3.0\\u003cbr\\u003e1 fire\\u003cbr\\u003eaccuracy \\u003cb\\u003e0.0850\\u003c\\u002fb\\u003e after 3 epochs\\u003cbr\\u003e387k FLOPs \\u00b7 1k parameters \\u00b7 0.0810 ms predicted\",\"\\u003cb\\u003etrial 0\\u003c\\u002fb\\u003e \\u00b7 complete\\u003cbr\\u003ewidth 3.0\\u003cbr\\u003e1 fire\\u003cbr\\u003eaccuracy \\u003cb\\u003e0.0850\\u003c\\u002fb\\u003e after 3 epochs\\u003cbr\\u003e387k FLOPs \\u00b7 1k parameters \\u00b7 0.0810 ms predicted\",\"\",\"\\u003cb\\u003etrial 1\\u003c\\u002fb\\u003e \\u00b7 stopped early\\u003cbr\\u003ewidth 3.0\\u003cbr\\u003e1 standard k3\\u003cbr\\u003eaccuracy \\u003cb\\u003e0.0850\\u003c\\u002fb\\u003e after 1 epoch\\u003cbr\\u003e1.55M FLOPs \\u00b7 5.75k parameters \\u00b7 0.165 ms predicted\",\"\",\"\\u003cb\\u003etrial 3\\u003c\\u002fb\\u003e \\u00b7 stopped early\\u003cbr\\u003ewidth 3.0\\u003cbr\\u003e1 standard k1\\u003cbr\\u003eaccuracy \\u003cb\\u003e0.0840\\u003c\\u002fb\\u003e after 1 epoch\\u003cbr\\u003e369k FLOPs \\u00b7 1.14k parameters \\u00b7 0.134 ms predicted\",\"\",\"\\u003cb\\u003etrial 4\\u003c\\u002fb\\u003e \\u00b7 complete\\u003cbr\\u003ewidth 1.0\\u003cbr\\u003e1 standard k3\\u003cbr\\u003eaccuracy \\u003cb\\u003e0.0850\\u003c\\u002fb\\u003e after 3 epochs\\u003cbr\\u003e221k FLOPs \\u00b7 770 parameters \\u00b7 0.0651 ms predicted\",\"\\u003cb\\u003etrial 4\\u003c\\u002fb\\u003e \\u00b7 complete\\u003cbr\\u003ewidth 1.0\\u003cbr\\u003e1 standard k3\\u003cbr\\u003eaccuracy \\u003cb\\u003e0.0850\\u003c\\u002fb\\u003e after 3 epochs\\u003cbr\\u003e221k FLOPs \\u00b7 770 parameters \\u00b7 0.0651 ms predicted\",\"\\u003cb\\u003etrial 4\\u003c\\u002"');
INSERT INTO "study_system_attributes" VALUES(4,1,'dashboard:note_ver','1');
INSERT INTO "study_system_attributes" VALUES(5,1,'dashboard:note_str:0','"|||\n|---|---|\n|Data set|cluttered\\_digits|\n|Objectives|Accuracy, FLOPs, Latency|\n|Classes|0 to 9|\n\nAccuracy is that on validation images after a short training. FLOPs are multiply\\-adds of one image, counted once. A trial that is pruned was stopped early, since others did better after as many epochs, judged by accuracy, FLOPs and latency. A network outside a limit on costs is never trained; one outside a limit on accuracy is infeasible."');
INSERT INTO "study_system_attributes" VALUES(6,1,'dashboard:1:note_ver','1');
INSERT INTO "study_system_attributes" VALUES(7,1,'dashboard:1:note_str:0','"- width 3.0\n- 1 fire\n\n|||\n|---|---|\n|Accuracy|0.0850 after 3 epochs|\n|FLOPs|387k|\n|Parameters|1k|\n|Predicted latency|0.0810 ms|\n|Peak activations|108 KiB|\n|Weights|3.91 KiB|\n|Layers|16|\n\n|Layer|What|Output|Parameters|FLOPs|\n|---|---|---|--:|--:|\n|stem.conv|conv 3x3, norm, relu|24x32x32|264|221k|\n|stage1.0.squeeze|conv 1x1, norm, relu|3x32x32|78|73.7k|\n|stage1.0.expand1x1|conv 1x1/2, norm, relu|12x16x16|60|9.22k|\n|stage1.0.expand|conv 3x3/2, norm, relu|12x16x16|348|82.9k|\n|stage1.0.concat|concat|24x16x16|||\n|head.pool|adaptive\\_avg\\_pool|24x1x1|||\n|head.flatten|flatten|24|||\n|head.linear|linear|10|250|240|\n\n**As code**\n\n```sh\nnas export small --trial 0\n```"');
INSERT INTO "study_system_attributes" VALUES(8,1,'dashboard:2:note_ver','1');
INSERT INTO "study_system_attributes" VALUES(9,1,'dashboard:2:note_str:0','"- width 3.0\n- 1 standard k3\n\n|||\n|---|---|\n|Accuracy|0.0850 after 1 epoch|\n|FLOPs|1.55M|\n|Parameters|5.75k|\n|Predicted latency|0.165 ms|\n|Peak activations|120 KiB|\n|Weights|22.4 KiB|\n|Layers|9|\n\n|Layer|What|Output|Parameters|FLOPs|\n|---|---|---|--:|--:|\n|stem.conv|conv 3x3, norm, relu|24x32x32|264|221k|\n|stage1.0.conv|conv 3x3/2, norm, relu|24x16x16|5.23k|1.33M|\n|head.pool|adaptive\\_avg\\_pool|24x1x1|||\n|head.flatten|flatten|24|||\n|head.linear|linear|10|250|240|\n\n**As code**\n\n```sh\nnas export small --trial 1\n```"');
INSERT INTO "study_system_attributes" VALUES(10,1,'dashboard:3:note_ver','1');
INSERT INTO "study_system_attributes" VALUES(11,1,'dashboard:3:note_str:0','"- width 1.0\n- 1 standard k1\n\n|||\n|---|---|\n|Accuracy|0.1140 after 3 epochs|\n|FLOPs|90.2k|\n|Parameters|258|\n|Predicted latency|0.0472 ms|\n|Peak activations|40 KiB|\n|Weights|1.01 KiB|\n|Layers|9|\n\n|Layer|What|Output|Parameters|FLOPs|\n|---|---|---|--:|--:|\n|stem.conv|conv 3x3, norm, relu|8x32x32|88|73.7k|\n|stage1.0.conv|conv 1x1/2, norm, relu|8x16x16|80|16.4k|\n|head.pool|adaptive\\_avg\\_pool|8x1x1|||\n|head.flatten|flatten|8|||\n|head.linear|linear|10|90|80|\n\n**As code**\n\n```sh\nnas export small --trial 2\n```"');
INSERT INTO "study_system_attributes" VALUES(12,1,'dashboard:4:note_ver','1');
INSERT INTO "study_system_attributes" VALUES(13,1,'dashboard:4:note_str:0','"- width 3.0\n- 1 standard k1\n\n|||\n|---|---|\n|Accuracy|0.0840 after 1 epoch|\n|FLOPs|369k|\n|Parameters|1.14k|\n|Predicted latency|0.134 ms|\n|Peak activations|120 KiB|\n|Weights|4.45 KiB|\n|Layers|9|\n\n|Layer|What|Output|Parameters|FLOPs|\n|---|---|---|--:|--:|\n|stem.conv|conv 3x3, norm, relu|24x32x32|264|221k|\n|stage1.0.conv|conv 1x1/2, norm, relu|24x16x16|624|147k|\n|head.pool|adaptive\\_avg\\_pool|24x1x1|||\n|head.flatten|flatten|24|||\n|head.linear|linear|10|250|240|\n\n**As code**\n\n```sh\nnas export small --trial 3\n```"');
INSERT INTO "study_system_attributes" VALUES(14,1,'dashboard:5:note_ver','1');
INSERT INTO "study_system_attributes" VALUES(15,1,'dashboard:5:note_str:0','"- width 1.0\n- 1 standard k3\n\n|||\n|---|---|\n|Accuracy|0.0850 after 3 epochs|\n|FLOPs|221k|\n|Parameters|770|\n|Predicted latency|0.0651 ms|\n|Peak activations|40 KiB|\n|Weights|3.01 KiB|\n|Layers|9|\n\n|Layer|What|Output|Parameters|FLOPs|\n|---|---|---|--:|--:|\n|stem.conv|conv 3x3, norm, relu|8x32x32|88|73.7k|\n|stage1.0.conv|conv 3x3/2, norm, relu|8x16x16|592|147k|\n|head.pool|adaptive\\_avg\\_pool|8x1x1|||\n|head.flatten|flatten|8|||\n|head.linear|linear|10|90|80|\n\n**As code**\n\n```sh\nnas export small --trial 4\n```"');
INSERT INTO "study_system_attributes" VALUES(16,1,'dashboard:plot_data:front-flops:0','"{\"data\":[{\"customdata\":[0,4],\"hovertemplate\":\"%{hovertext}\\u003cextra\\u003e\\u003c\\u002fextra\\u003e\",\"hovertext\":[\"\\u003cb\\u003etrial 0\\u003c\\u002fb\\u003e \\u00b7 complete\\u003cbr\\u003ewidth 3.0\\u003cbr\\u003e1 fire\\u003cbr\\u003eaccuracy \\u003cb\\u003e0.0850\\u003c\\u002fb\\u003e after 3 epochs\\u003cbr\\u003e387k FLOPs \\u00b7 1k parameters \\u00b7 0.0810 ms predicted\",\"\\u003cb\\u003etrial 4\\u003c\\u002fb\\u003e \\u00b7 complete\\u003cbr\\u003ewidth 1.0\\u003cbr\\u003e1 standard k3\\u003cbr\\u003eaccuracy \\u003cb\\u003e0.0850\\u003c\\u002fb\\u003e after 3 epochs\\u003cbr\\u003e221k FLOPs \\u00b7 770 parameters \\u00b7 0.0651 ms predicted\"],\"marker\":{\"color\":\"#a3acb8\",\"size\":7},\"mode\":\"markers\",\"name\":\"finished\",\"x\":[387312.0,221264.0],\"y\":[0.085,0.085],\"type\":\"scatter\"},{\"hoverinfo\":\"skip\",\"line\":{\"color\":\"#0a5fb4\",\"shape\":\"hv\",\"width\":2},\"mode\":\"lines\",\"name\":\"best up to this cost\",\"x\":[90192.0],\"y\":[0.114],\"type\":\"scatter\"},{\"customdata\":[],\"error_y\":{\"array\":[],\"arrayminus\":[],\"color\":\"#0a5fb4\",\"symmetric\":false,\"thickness\":1,\"type\":\"data\",\"visible\":false,\"width\":0},\"hovertemplate\":\"%{hovertext}\\u003cextra\\u003e\\u003c\\u002fextra\\u003e\",\"hovertext\":[],\"marker\":{\"color\":\"#0a5fb4\",\"line\":{\"color\":\"#ffffff\",\"width\":1.5},\"size\":11},\"mode\":\"markers\",\"name\":\"Pareto front\",\"x\":[],\"y\":[],\"type\":\"scatter\"},{\"customdata\":[2],\"error_y\":{\"array\":[0.021343913071607892],\"arrayminus\":[0.01903871802671646],\"color\":\"#0a5fb4\",\"symmetric\":false,\"thickness\":1,\"type\":\"data\",\"visible\":true,\"width\":0},\"hovertemplate\":\"%{hovertext}\\u003cextra\\u003e\\u003c\\u002fextra\\u003e\",\"hovertext\":[\"\\u003cb\\u003etrial 2\\u003c\\u002fb\\u003e \\u00b7 complete \\u00b7 on the front \\u00b7 knee\\u003cbr\\u003ewidth 1.0\\u003cbr\\u003e1 standard k1\\u003cbr\\u003eaccuracy \\u003cb\\u003e0.1140 \\u00b10.021\\u003c\\u002fb\\u003e after 3 epochs\\u003cbr\\u003e90.2k FLOPs \\u00b7 258 parameters \\u00b7 0.0472 ms predicted\"],\"marker\":{\"color\":\"#c44900\",\"line\":{\"color\":\"#ffffff\",\"width\":1.5},\"size\":15,\"symbol\":\"diamond\"},\"mode\":\"markers\",\"name\":\"knee\",\"x\":[90192.0],\"y\":[0.114],\"type\":\"scatter\"},{\"custom"');
INSERT INTO "study_system_attributes" VALUES(17,1,'dashboard:plot_data:front-flops:1','"data\":[1,3],\"hovertemplate\":\"%{hovertext}\\u003cextra\\u003e\\u003c\\u002fextra\\u003e\",\"hovertext\":[\"\\u003cb\\u003etrial 1\\u003c\\u002fb\\u003e \\u00b7 stopped early\\u003cbr\\u003ewidth 3.0\\u003cbr\\u003e1 standard k3\\u003cbr\\u003eaccuracy \\u003cb\\u003e0.0850\\u003c\\u002fb\\u003e after 1 epoch\\u003cbr\\u003e1.55M FLOPs \\u00b7 5.75k parameters \\u00b7 0.165 ms predicted\",\"\\u003cb\\u003etrial 3\\u003c\\u002fb\\u003e \\u00b7 stopped early\\u003cbr\\u003ewidth 3.0\\u003cbr\\u003e1 standard k1\\u003cbr\\u003eaccuracy \\u003cb\\u003e0.0840\\u003c\\u002fb\\u003e after 1 epoch\\u003cbr\\u003e369k FLOPs \\u00b7 1.14k parameters \\u00b7 0.134 ms predicted\"],\"marker\":{\"color\":\"#5a6370\",\"line\":{\"color\":\"#5a6370\",\"width\":1.5},\"opacity\":0.8,\"size\":9,\"symbol\":\"line-ns-open\"},\"mode\":\"markers\",\"name\":\"stopped early\",\"x\":[1548528.0,368880.0],\"y\":[0,0],\"yaxis\":\"y2\",\"type\":\"scatter\"}],\"layout\":{\"template\":{\"data\":{\"scatter\":[{\"type\":\"scatter\"}]}},\"font\":{\"family\":\"system-ui, -apple-system, ''Segoe UI'', Roboto, ''Helvetica Neue'', sans-serif\",\"color\":\"#191d23\",\"size\":13},\"margin\":{\"l\":56,\"r\":16,\"t\":96,\"b\":52},\"xaxis\":{\"title\":{\"font\":{\"color\":\"#5a6370\",\"size\":13},\"standoff\":10,\"text\":\"FLOPs (multiply-adds)\"},\"tickfont\":{\"color\":\"#5a6370\",\"size\":12},\"gridcolor\":\"#e1e5ea\",\"linecolor\":\"#5a6370\",\"tickcolor\":\"#e1e5ea\",\"zeroline\":false,\"ticks\":\"outside\",\"ticklen\":4,\"automargin\":true,\"tickformat\":\"~s\",\"nticks\":3,\"type\":\"log\",\"range\":[4.881082954772214,6.264004125244979],\"anchor\":\"y2\"},\"yaxis\":{\"title\":{\"font\":{\"color\":\"#5a6370\",\"size\":13},\"standoff\":10,\"text\":\"Validation accuracy\"},\"tickfont\":{\"color\":\"#5a6370\",\"size\":12},\"gridcolor\":\"#e1e5ea\",\"linecolor\":\"#5a6370\",\"tickcolor\":\"#e1e5ea\",\"zeroline\":false,\"ticks\":\"outside\",\"ticklen\":4,\"automargin\":true,\"tickformat\":\".2~f\",\"range\":[0.07500000000000001,0.1453439130716079],\"domain\":[0.09,1]},\"modebar\":{\"bgcolor\":\"rgba(0,0,0,0)\",\"color\":\"#a3acb8\",\"activecolor\":\"#191d23\"},\"legend\":{\"orientation\":\"h\",\"y\":1.04,\"yanchor\":\"bottom\",\"x\":0},\"hoverlabel\":{\"font\":{\"family\":\"system-ui, -apple-system, ''Segoe UI'', Roboto, ''Helvetica Neue'', sa"');
INSERT INTO "study_system_attributes" VALUES(18,1,'dashboard:plot_data:front-flops:2','"ns-serif\",\"color\":\"#191d23\",\"size\":12},\"align\":\"left\",\"bgcolor\":\"#f1f3f5\",\"bordercolor\":\"#a3acb8\"},\"paper_bgcolor\":\"#ffffff\",\"plot_bgcolor\":\"#ffffff\",\"height\":400,\"hovermode\":\"closest\",\"yaxis2\":{\"domain\":[0,0.06],\"range\":[0.5,-0.5],\"fixedrange\":true,\"tickvals\":[0],\"ticktext\":[\"stopped early\"],\"showgrid\":false,\"zeroline\":false,\"ticks\":\"\",\"automargin\":true,\"tickfont\":{\"color\":\"#5a6370\",\"size\":11}},\"title\":{\"text\":\"Accuracy against FLOPs\",\"x\":0.02,\"xanchor\":\"left\",\"y\":0.97,\"yanchor\":\"top\"}}}"');
INSERT INTO "study_system_attributes" VALUES(19,1,'dashboard:plot_data:front-latency_ms:0','"{\"data\":[{\"customdata\":[0,4],\"hovertemplate\":\"%{hovertext}\\u003cextra\\u003e\\u003c\\u002fextra\\u003e\",\"hovertext\":[\"\\u003cb\\u003etrial 0\\u003c\\u002fb\\u003e \\u00b7 complete\\u003cbr\\u003ewidth 3.0\\u003cbr\\u003e1 fire\\u003cbr\\u003eaccuracy \\u003cb\\u003e0.0850\\u003c\\u002fb\\u003e after 3 epochs\\u003cbr\\u003e387k FLOPs \\u00b7 1k parameters \\u00b7 0.0810 ms predicted\",\"\\u003cb\\u003etrial 4\\u003c\\u002fb\\u003e \\u00b7 complete\\u003cbr\\u003ewidth 1.0\\u003cbr\\u003e1 standard k3\\u003cbr\\u003eaccuracy \\u003cb\\u003e0.0850\\u003c\\u002fb\\u003e after 3 epochs\\u003cbr\\u003e221k FLOPs \\u00b7 770 parameters \\u00b7 0.0651 ms predicted\"],\"marker\":{\"color\":\"#a3acb8\",\"size\":7},\"mode\":\"markers\",\"name\":\"finished\",\"x\":[0.08098030737019922,0.06511476750167028],\"y\":[0.085,0.085],\"type\":\"scatter\"},{\"hoverinfo\":\"skip\",\"line\":{\"color\":\"#0a5fb4\",\"shape\":\"hv\",\"width\":2},\"mode\":\"lines\",\"name\":\"best up to this cost\",\"x\":[0.0472487743997345],\"y\":[0.114],\"type\":\"scatter\"},{\"customdata\":[],\"error_y\":{\"array\":[],\"arrayminus\":[],\"color\":\"#0a5fb4\",\"symmetric\":false,\"thickness\":1,\"type\":\"data\",\"visible\":false,\"width\":0},\"hovertemplate\":\"%{hovertext}\\u003cextra\\u003e\\u003c\\u002fextra\\u003e\",\"hovertext\":[],\"marker\":{\"color\":\"#0a5fb4\",\"line\":{\"color\":\"#ffffff\",\"width\":1.5},\"size\":11},\"mode\":\"markers\",\"name\":\"Pareto front\",\"x\":[],\"y\":[],\"type\":\"scatter\"},{\"customdata\":[2],\"error_y\":{\"array\":[0.021343913071607892],\"arrayminus\":[0.01903871802671646],\"color\":\"#0a5fb4\",\"symmetric\":false,\"thickness\":1,\"type\":\"data\",\"visible\":true,\"width\":0},\"hovertemplate\":\"%{hovertext}\\u003cextra\\u003e\\u003c\\u002fextra\\u003e\",\"hovertext\":[\"\\u003cb\\u003etrial 2\\u003c\\u002fb\\u003e \\u00b7 complete \\u00b7 on the front \\u00b7 knee\\u003cbr\\u003ewidth 1.0\\u003cbr\\u003e1 standard k1\\u003cbr\\u003eaccuracy \\u003cb\\u003e0.1140 \\u00b10.021\\u003c\\u002fb\\u003e after 3 epochs\\u003cbr\\u003e90.2k FLOPs \\u00b7 258 parameters \\u00b7 0.0472 ms predicted\"],\"marker\":{\"color\":\"#c44900\",\"line\":{\"color\":\"#ffffff\",\"width\":1.5},\"size\":15,\"symbol\":\"diamond\"},\"mode\":\"markers\",\"name\":\"knee\",\"x\":[0.047248774399"');
INSERT INTO "study_system_attributes" VALUES(20,1,'dashboard:plot_data:front-latency_ms:1','"7345],\"y\":[0.114],\"type\":\"scatter\"},{\"customdata\":[1,3],\"hovertemplate\":\"%{hovertext}\\u003cextra\\u003e\\u003c\\u002fextra\\u003e\",\"hovertext\":[\"\\u003cb\\u003etrial 1\\u003c\\u002fb\\u003e \\u00b7 stopped early\\u003cbr\\u003ewidth 3.0\\u003cbr\\u003e1 standard k3\\u003cbr\\u003eaccuracy \\u003cb\\u003e0.0850\\u003c\\u002fb\\u003e after 1 epoch\\u003cbr\\u003e1.55M FLOPs \\u00b7 5.75k parameters \\u00b7 0.165 ms predicted\",\"\\u003cb\\u003etrial 3\\u003c\\u002fb\\u003e \\u00b7 stopped early\\u003cbr\\u003ewidth 3.0\\u003cbr\\u003e1 standard k1\\u003cbr\\u003eaccuracy \\u003cb\\u003e0.0840\\u003c\\u002fb\\u003e after 1 epoch\\u003cbr\\u003e369k FLOPs \\u00b7 1.14k parameters \\u00b7 0.134 ms predicted\"],\"marker\":{\"color\":\"#5a6370\",\"line\":{\"color\":\"#5a6370\",\"width\":1.5},\"opacity\":0.8,\"size\":9,\"symbol\":\"line-ns-open\"},\"mode\":\"markers\",\"name\":\"stopped early\",\"x\":[0.16509453835822466,0.13374341491664238],\"y\":[0,0],\"yaxis\":\"y2\",\"type\":\"scatter\"}],\"layout\":{\"template\":{\"data\":{\"scatter\":[{\"type\":\"scatter\"}]}},\"font\":{\"family\":\"system-ui, -apple-system, ''Segoe UI'', Roboto, ''Helvetica Neue'', sans-serif\",\"color\":\"#191d23\",\"size\":13},\"margin\":{\"l\":56,\"r\":16,\"t\":96,\"b\":52},\"xaxis\":{\"title\":{\"font\":{\"color\":\"#5a6370\",\"size\":13},\"standoff\":10,\"text\":\"Predicted latency (ms)\"},\"tickfont\":{\"color\":\"#5a6370\",\"size\":12},\"gridcolor\":\"#e1e5ea\",\"linecolor\":\"#5a6370\",\"tickcolor\":\"#e1e5ea\",\"zeroline\":false,\"ticks\":\"outside\",\"ticklen\":4,\"automargin\":true,\"tickformat\":\"~g\",\"nticks\":3,\"type\":\"log\",\"range\":[-1.3582099818156674,-0.7496667642772123],\"anchor\":\"y2\"},\"yaxis\":{\"title\":{\"font\":{\"color\":\"#5a6370\",\"size\":13},\"standoff\":10,\"text\":\"Validation accuracy\"},\"tickfont\":{\"color\":\"#5a6370\",\"size\":12},\"gridcolor\":\"#e1e5ea\",\"linecolor\":\"#5a6370\",\"tickcolor\":\"#e1e5ea\",\"zeroline\":false,\"ticks\":\"outside\",\"ticklen\":4,\"automargin\":true,\"tickformat\":\".2~f\",\"range\":[0.07500000000000001,0.1453439130716079],\"domain\":[0.09,1]},\"modebar\":{\"bgcolor\":\"rgba(0,0,0,0)\",\"color\":\"#a3acb8\",\"activecolor\":\"#191d23\"},\"legend\":{\"orientation\":\"h\",\"y\":1.04,\"yanchor\":\"bottom\",\"x\":0},\"hoverlabel\":{\"font\":{\"famil"');
INSERT INTO "study_system_attributes" VALUES(21,1,'dashboard:plot_data:front-latency_ms:2','"y\":\"system-ui, -apple-system, ''Segoe UI'', Roboto, ''Helvetica Neue'', sans-serif\",\"color\":\"#191d23\",\"size\":12},\"align\":\"left\",\"bgcolor\":\"#f1f3f5\",\"bordercolor\":\"#a3acb8\"},\"paper_bgcolor\":\"#ffffff\",\"plot_bgcolor\":\"#ffffff\",\"height\":400,\"hovermode\":\"closest\",\"yaxis2\":{\"domain\":[0,0.06],\"range\":[0.5,-0.5],\"fixedrange\":true,\"tickvals\":[0],\"ticktext\":[\"stopped early\"],\"showgrid\":false,\"zeroline\":false,\"ticks\":\"\",\"automargin\":true,\"tickfont\":{\"color\":\"#5a6370\",\"size\":11}},\"title\":{\"text\":\"Accuracy against Predicted latency\",\"x\":0.02,\"xanchor\":\"left\",\"y\":0.97,\"yanchor\":\"top\"}}}"');
INSERT INTO "study_system_attributes" VALUES(22,1,'dashboard:plot_data:front-params:0','"{\"data\":[{\"customdata\":[0,4],\"hovertemplate\":\"%{hovertext}\\u003cextra\\u003e\\u003c\\u002fextra\\u003e\",\"hovertext\":[\"\\u003cb\\u003etrial 0\\u003c\\u002fb\\u003e \\u00b7 complete\\u003cbr\\u003ewidth 3.0\\u003cbr\\u003e1 fire\\u003cbr\\u003eaccuracy \\u003cb\\u003e0.0850\\u003c\\u002fb\\u003e after 3 epochs\\u003cbr\\u003e387k FLOPs \\u00b7 1k parameters \\u00b7 0.0810 ms predicted\",\"\\u003cb\\u003etrial 4\\u003c\\u002fb\\u003e \\u00b7 complete\\u003cbr\\u003ewidth 1.0\\u003cbr\\u003e1 standard k3\\u003cbr\\u003eaccuracy \\u003cb\\u003e0.0850\\u003c\\u002fb\\u003e after 3 epochs\\u003cbr\\u003e221k FLOPs \\u00b7 770 parameters \\u00b7 0.0651 ms predicted\"],\"marker\":{\"color\":\"#a3acb8\",\"size\":7},\"mode\":\"markers\",\"name\":\"finished\",\"x\":[1000.0,770.0],\"y\":[0.085,0.085],\"type\":\"scatter\"},{\"hoverinfo\":\"skip\",\"line\":{\"color\":\"#0a5fb4\",\"shape\":\"hv\",\"width\":2},\"mode\":\"lines\",\"name\":\"best up to this cost\",\"x\":[258.0],\"y\":[0.114],\"type\":\"scatter\"},{\"customdata\":[],\"error_y\":{\"array\":[],\"arrayminus\":[],\"color\":\"#0a5fb4\",\"symmetric\":false,\"thickness\":1,\"type\":\"data\",\"visible\":false,\"width\":0},\"hovertemplate\":\"%{hovertext}\\u003cextra\\u003e\\u003c\\u002fextra\\u003e\",\"hovertext\":[],\"marker\":{\"color\":\"#0a5fb4\",\"line\":{\"color\":\"#ffffff\",\"width\":1.5},\"size\":11},\"mode\":\"markers\",\"name\":\"Pareto front\",\"x\":[],\"y\":[],\"type\":\"scatter\"},{\"customdata\":[2],\"error_y\":{\"array\":[0.021343913071607892],\"arrayminus\":[0.01903871802671646],\"color\":\"#0a5fb4\",\"symmetric\":false,\"thickness\":1,\"type\":\"data\",\"visible\":true,\"width\":0},\"hovertemplate\":\"%{hovertext}\\u003cextra\\u003e\\u003c\\u002fextra\\u003e\",\"hovertext\":[\"\\u003cb\\u003etrial 2\\u003c\\u002fb\\u003e \\u00b7 complete \\u00b7 on the front \\u00b7 knee\\u003cbr\\u003ewidth 1.0\\u003cbr\\u003e1 standard k1\\u003cbr\\u003eaccuracy \\u003cb\\u003e0.1140 \\u00b10.021\\u003c\\u002fb\\u003e after 3 epochs\\u003cbr\\u003e90.2k FLOPs \\u00b7 258 parameters \\u00b7 0.0472 ms predicted\"],\"marker\":{\"color\":\"#c44900\",\"line\":{\"color\":\"#ffffff\",\"width\":1.5},\"size\":15,\"symbol\":\"diamond\"},\"mode\":\"markers\",\"name\":\"knee\",\"x\":[258.0],\"y\":[0.114],\"type\":\"scatter\"},{\"customdata\":[1,"');
INSERT INTO "study_system_attributes" VALUES(23,1,'dashboard:plot_data:front-params:1','"3],\"hovertemplate\":\"%{hovertext}\\u003cextra\\u003e\\u003c\\u002fextra\\u003e\",\"hovertext\":[\"\\u003cb\\u003etrial 1\\u003c\\u002fb\\u003e \\u00b7 stopped early\\u003cbr\\u003ewidth 3.0\\u003cbr\\u003e1 standard k3\\u003cbr\\u003eaccuracy \\u003cb\\u003e0.0850\\u003c\\u002fb\\u003e after 1 epoch\\u003cbr\\u003e1.55M FLOPs \\u00b7 5.75k parameters \\u00b7 0.165 ms predicted\",\"\\u003cb\\u003etrial 3\\u003c\\u002fb\\u003e \\u00b7 stopped early\\u003cbr\\u003ewidth 3.0\\u003cbr\\u003e1 standard k1\\u003cbr\\u003eaccuracy \\u003cb\\u003e0.0840\\u003c\\u002fb\\u003e after 1 epoch\\u003cbr\\u003e369k FLOPs \\u00b7 1.14k parameters \\u00b7 0.134 ms predicted\"],\"marker\":{\"color\":\"#5a6370\",\"line\":{\"color\":\"#5a6370\",\"width\":1.5},\"opacity\":0.8,\"size\":9,\"symbol\":\"line-ns-open\"},\"mode\":\"markers\",\"name\":\"stopped early\",\"x\":[5746.0,1138.0],\"y\":[0,0],\"yaxis\":\"y2\",\"type\":\"scatter\"}],\"layout\":{\"template\":{\"data\":{\"scatter\":[{\"type\":\"scatter\"}]}},\"font\":{\"family\":\"system-ui, -apple-system, ''Segoe UI'', Roboto, ''Helvetica Neue'', sans-serif\",\"color\":\"#191d23\",\"size\":13},\"margin\":{\"l\":56,\"r\":16,\"t\":96,\"b\":52},\"xaxis\":{\"title\":{\"font\":{\"color\":\"#5a6370\",\"size\":13},\"standoff\":10,\"text\":\"Parameters\"},\"tickfont\":{\"color\":\"#5a6370\",\"size\":12},\"gridcolor\":\"#e1e5ea\",\"linecolor\":\"#5a6370\",\"tickcolor\":\"#e1e5ea\",\"zeroline\":false,\"ticks\":\"outside\",\"ticklen\":4,\"automargin\":true,\"tickformat\":\"~s\",\"nticks\":3,\"type\":\"log\",\"range\":[2.3307549510216683,3.8402303765974906],\"anchor\":\"y2\"},\"yaxis\":{\"title\":{\"font\":{\"color\":\"#5a6370\",\"size\":13},\"standoff\":10,\"text\":\"Validation accuracy\"},\"tickfont\":{\"color\":\"#5a6370\",\"size\":12},\"gridcolor\":\"#e1e5ea\",\"linecolor\":\"#5a6370\",\"tickcolor\":\"#e1e5ea\",\"zeroline\":false,\"ticks\":\"outside\",\"ticklen\":4,\"automargin\":true,\"tickformat\":\".2~f\",\"range\":[0.07500000000000001,0.1453439130716079],\"domain\":[0.09,1]},\"modebar\":{\"bgcolor\":\"rgba(0,0,0,0)\",\"color\":\"#a3acb8\",\"activecolor\":\"#191d23\"},\"legend\":{\"orientation\":\"h\",\"y\":1.04,\"yanchor\":\"bottom\",\"x\":0},\"hoverlabel\":{\"font\":{\"family\":\"system-ui, -apple-system, ''Segoe UI'', Roboto, ''Helvetica Neue'', sans-serif\",\"color\":\"#191"');
INSERT INTO "study_system_attributes" VALUES(24,1,'dashboard:plot_data:front-params:2','"d23\",\"size\":12},\"align\":\"left\",\"bgcolor\":\"#f1f3f5\",\"bordercolor\":\"#a3acb8\"},\"paper_bgcolor\":\"#ffffff\",\"plot_bgcolor\":\"#ffffff\",\"height\":400,\"hovermode\":\"closest\",\"yaxis2\":{\"domain\":[0,0.06],\"range\":[0.5,-0.5],\"fixedrange\":true,\"tickvals\":[0],\"ticktext\":[\"stopped early\"],\"showgrid\":false,\"zeroline\":false,\"ticks\":\"\",\"automargin\":true,\"tickfont\":{\"color\":\"#5a6370\",\"size\":11}},\"title\":{\"text\":\"Accuracy against Parameters\",\"x\":0.02,\"xanchor\":\"left\",\"y\":0.97,\"yanchor\":\"top\"}}}"');
INSERT INTO "study_system_attributes" VALUES(25,1,'dashboard:plot_data:front-peak_activation_bytes:0','"{\"data\":[{\"customdata\":[0,4],\"hovertemplate\":\"%{hovertext}\\u003cextra\\u003e\\u003c\\u002fextra\\u003e\",\"hovertext\":[\"\\u003cb\\u003etrial 0\\u003c\\u002fb\\u003e \\u00b7 complete\\u003cbr\\u003ewidth 3.0\\u003cbr\\u003e1 fire\\u003cbr\\u003eaccuracy \\u003cb\\u003e0.0850\\u003c\\u002fb\\u003e after 3 epochs\\u003cbr\\u003e387k FLOPs \\u00b7 1k parameters \\u00b7 0.0810 ms predicted\",\"\\u003cb\\u003etrial 4\\u003c\\u002fb\\u003e \\u00b7 complete\\u003cbr\\u003ewidth 1.0\\u003cbr\\u003e1 standard k3\\u003cbr\\u003eaccuracy \\u003cb\\u003e0.0850\\u003c\\u002fb\\u003e after 3 epochs\\u003cbr\\u003e221k FLOPs \\u00b7 770 parameters \\u00b7 0.0651 ms predicted\"],\"marker\":{\"color\":\"#a3acb8\",\"size\":7},\"mode\":\"markers\",\"name\":\"finished\",\"x\":[108.0,40.0],\"y\":[0.085,0.085],\"type\":\"scatter\"},{\"hoverinfo\":\"skip\",\"line\":{\"color\":\"#0a5fb4\",\"shape\":\"hv\",\"width\":2},\"mode\":\"lines\",\"name\":\"best up to this cost\",\"x\":[40.0],\"y\":[0.114],\"type\":\"scatter\"},{\"customdata\":[],\"error_y\":{\"array\":[],\"arrayminus\":[],\"color\":\"#0a5fb4\",\"symmetric\":false,\"thickness\":1,\"type\":\"data\",\"visible\":false,\"width\":0},\"hovertemplate\":\"%{hovertext}\\u003cextra\\u003e\\u003c\\u002fextra\\u003e\",\"hovertext\":[],\"marker\":{\"color\":\"#0a5fb4\",\"line\":{\"color\":\"#ffffff\",\"width\":1.5},\"size\":11},\"mode\":\"markers\",\"name\":\"Pareto front\",\"x\":[],\"y\":[],\"type\":\"scatter\"},{\"customdata\":[2],\"error_y\":{\"array\":[0.021343913071607892],\"arrayminus\":[0.01903871802671646],\"color\":\"#0a5fb4\",\"symmetric\":false,\"thickness\":1,\"type\":\"data\",\"visible\":true,\"width\":0},\"hovertemplate\":\"%{hovertext}\\u003cextra\\u003e\\u003c\\u002fextra\\u003e\",\"hovertext\":[\"\\u003cb\\u003etrial 2\\u003c\\u002fb\\u003e \\u00b7 complete \\u00b7 on the front \\u00b7 knee\\u003cbr\\u003ewidth 1.0\\u003cbr\\u003e1 standard k1\\u003cbr\\u003eaccuracy \\u003cb\\u003e0.1140 \\u00b10.021\\u003c\\u002fb\\u003e after 3 epochs\\u003cbr\\u003e90.2k FLOPs \\u00b7 258 parameters \\u00b7 0.0472 ms predicted\"],\"marker\":{\"color\":\"#c44900\",\"line\":{\"color\":\"#ffffff\",\"width\":1.5},\"size\":15,\"symbol\":\"diamond\"},\"mode\":\"markers\",\"name\":\"knee\",\"x\":[40.0],\"y\":[0.114],\"type\":\"scatter\"},{\"customdata\":[1,3],\""');
INSERT INTO "study_system_attributes" VALUES(26,1,'dashboard:plot_data:front-peak_activation_bytes:1','"hovertemplate\":\"%{hovertext}\\u003cextra\\u003e\\u003c\\u002fextra\\u003e\",\"hovertext\":[\"\\u003cb\\u003etrial 1\\u003c\\u002fb\\u003e \\u00b7 stopped early\\u003cbr\\u003ewidth 3.0\\u003cbr\\u003e1 standard k3\\u003cbr\\u003eaccuracy \\u003cb\\u003e0.0850\\u003c\\u002fb\\u003e after 1 epoch\\u003cbr\\u003e1.55M FLOPs \\u00b7 5.75k parameters \\u00b7 0.165 ms predicted\",\"\\u003cb\\u003etrial 3\\u003c\\u002fb\\u003e \\u00b7 stopped early\\u003cbr\\u003ewidth 3.0\\u003cbr\\u003e1 standard k1\\u003cbr\\u003eaccuracy \\u003cb\\u003e0.0840\\u003c\\u002fb\\u003e after 1 epoch\\u003cbr\\u003e369k FLOPs \\u00b7 1.14k parameters \\u00b7 0.134 ms predicted\"],\"marker\":{\"color\":\"#5a6370\",\"line\":{\"color\":\"#5a6370\",\"width\":1.5},\"opacity\":0.8,\"size\":9,\"symbol\":\"line-ns-open\"},\"mode\":\"markers\",\"name\":\"stopped early\",\"x\":[120.0,120.0],\"y\":[0,0],\"yaxis\":\"y2\",\"type\":\"scatter\"}],\"layout\":{\"template\":{\"data\":{\"scatter\":[{\"type\":\"scatter\"}]}},\"font\":{\"family\":\"system-ui, -apple-system, ''Segoe UI'', Roboto, ''Helvetica Neue'', sans-serif\",\"color\":\"#191d23\",\"size\":13},\"margin\":{\"l\":56,\"r\":16,\"t\":96,\"b\":52},\"xaxis\":{\"title\":{\"font\":{\"color\":\"#5a6370\",\"size\":13},\"standoff\":10,\"text\":\"Peak activations (KiB)\"},\"tickfont\":{\"color\":\"#5a6370\",\"size\":12},\"gridcolor\":\"#e1e5ea\",\"linecolor\":\"#5a6370\",\"tickcolor\":\"#e1e5ea\",\"zeroline\":false,\"ticks\":\"outside\",\"ticklen\":4,\"automargin\":true,\"tickformat\":\",~r\",\"nticks\":3,\"type\":\"log\",\"range\":[1.5734327160447827,2.107808521330804],\"anchor\":\"y2\"},\"yaxis\":{\"title\":{\"font\":{\"color\":\"#5a6370\",\"size\":13},\"standoff\":10,\"text\":\"Validation accuracy\"},\"tickfont\":{\"color\":\"#5a6370\",\"size\":12},\"gridcolor\":\"#e1e5ea\",\"linecolor\":\"#5a6370\",\"tickcolor\":\"#e1e5ea\",\"zeroline\":false,\"ticks\":\"outside\",\"ticklen\":4,\"automargin\":true,\"tickformat\":\".2~f\",\"range\":[0.07500000000000001,0.1453439130716079],\"domain\":[0.09,1]},\"modebar\":{\"bgcolor\":\"rgba(0,0,0,0)\",\"color\":\"#a3acb8\",\"activecolor\":\"#191d23\"},\"legend\":{\"orientation\":\"h\",\"y\":1.04,\"yanchor\":\"bottom\",\"x\":0},\"hoverlabel\":{\"font\":{\"family\":\"system-ui, -apple-system, ''Segoe UI'', Roboto, ''Helvetica Neue'', sans-serif\",\"color\""');
INSERT INTO "study_system_attributes" VALUES(27,1,'dashboard:plot_data:front-peak_activation_bytes:2','":\"#191d23\",\"size\":12},\"align\":\"left\",\"bgcolor\":\"#f1f3f5\",\"bordercolor\":\"#a3acb8\"},\"paper_bgcolor\":\"#ffffff\",\"plot_bgcolor\":\"#ffffff\",\"height\":400,\"hovermode\":\"closest\",\"yaxis2\":{\"domain\":[0,0.06],\"range\":[0.5,-0.5],\"fixedrange\":true,\"tickvals\":[0],\"ticktext\":[\"stopped early\"],\"showgrid\":false,\"zeroline\":false,\"ticks\":\"\",\"automargin\":true,\"tickfont\":{\"color\":\"#5a6370\",\"size\":11}},\"title\":{\"text\":\"Accuracy against Peak activations\",\"x\":0.02,\"xanchor\":\"left\",\"y\":0.97,\"yanchor\":\"top\"}}}"');
INSERT INTO "study_system_attributes" VALUES(28,1,'dashboard:plot_data:front-weight_bytes:0','"{\"data\":[{\"customdata\":[0,4],\"hovertemplate\":\"%{hovertext}\\u003cextra\\u003e\\u003c\\u002fextra\\u003e\",\"hovertext\":[\"\\u003cb\\u003etrial 0\\u003c\\u002fb\\u003e \\u00b7 complete\\u003cbr\\u003ewidth 3.0\\u003cbr\\u003e1 fire\\u003cbr\\u003eaccuracy \\u003cb\\u003e0.0850\\u003c\\u002fb\\u003e after 3 epochs\\u003cbr\\u003e387k FLOPs \\u00b7 1k parameters \\u00b7 0.0810 ms predicted\",\"\\u003cb\\u003etrial 4\\u003c\\u002fb\\u003e \\u00b7 complete\\u003cbr\\u003ewidth 1.0\\u003cbr\\u003e1 standard k3\\u003cbr\\u003eaccuracy \\u003cb\\u003e0.0850\\u003c\\u002fb\\u003e after 3 epochs\\u003cbr\\u003e221k FLOPs \\u00b7 770 parameters \\u00b7 0.0651 ms predicted\"],\"marker\":{\"color\":\"#a3acb8\",\"size\":7},\"mode\":\"markers\",\"name\":\"finished\",\"x\":[3.90625,3.0078125],\"y\":[0.085,0.085],\"type\":\"scatter\"},{\"hoverinfo\":\"skip\",\"line\":{\"color\":\"#0a5fb4\",\"shape\":\"hv\",\"width\":2},\"mode\":\"lines\",\"name\":\"best up to this cost\",\"x\":[1.0078125],\"y\":[0.114],\"type\":\"scatter\"},{\"customdata\":[],\"error_y\":{\"array\":[],\"arrayminus\":[],\"color\":\"#0a5fb4\",\"symmetric\":false,\"thickness\":1,\"type\":\"data\",\"visible\":false,\"width\":0},\"hovertemplate\":\"%{hovertext}\\u003cextra\\u003e\\u003c\\u002fextra\\u003e\",\"hovertext\":[],\"marker\":{\"color\":\"#0a5fb4\",\"line\":{\"color\":\"#ffffff\",\"width\":1.5},\"size\":11},\"mode\":\"markers\",\"name\":\"Pareto front\",\"x\":[],\"y\":[],\"type\":\"scatter\"},{\"customdata\":[2],\"error_y\":{\"array\":[0.021343913071607892],\"arrayminus\":[0.01903871802671646],\"color\":\"#0a5fb4\",\"symmetric\":false,\"thickness\":1,\"type\":\"data\",\"visible\":true,\"width\":0},\"hovertemplate\":\"%{hovertext}\\u003cextra\\u003e\\u003c\\u002fextra\\u003e\",\"hovertext\":[\"\\u003cb\\u003etrial 2\\u003c\\u002fb\\u003e \\u00b7 complete \\u00b7 on the front \\u00b7 knee\\u003cbr\\u003ewidth 1.0\\u003cbr\\u003e1 standard k1\\u003cbr\\u003eaccuracy \\u003cb\\u003e0.1140 \\u00b10.021\\u003c\\u002fb\\u003e after 3 epochs\\u003cbr\\u003e90.2k FLOPs \\u00b7 258 parameters \\u00b7 0.0472 ms predicted\"],\"marker\":{\"color\":\"#c44900\",\"line\":{\"color\":\"#ffffff\",\"width\":1.5},\"size\":15,\"symbol\":\"diamond\"},\"mode\":\"markers\",\"name\":\"knee\",\"x\":[1.0078125],\"y\":[0.114],\"type\":\"scatter\"},{\"cu"');
INSERT INTO "study_system_attributes" VALUES(29,1,'dashboard:plot_data:front-weight_bytes:1','"stomdata\":[1,3],\"hovertemplate\":\"%{hovertext}\\u003cextra\\u003e\\u003c\\u002fextra\\u003e\",\"hovertext\":[\"\\u003cb\\u003etrial 1\\u003c\\u002fb\\u003e \\u00b7 stopped early\\u003cbr\\u003ewidth 3.0\\u003cbr\\u003e1 standard k3\\u003cbr\\u003eaccuracy \\u003cb\\u003e0.0850\\u003c\\u002fb\\u003e after 1 epoch\\u003cbr\\u003e1.55M FLOPs \\u00b7 5.75k parameters \\u00b7 0.165 ms predicted\",\"\\u003cb\\u003etrial 3\\u003c\\u002fb\\u003e \\u00b7 stopped early\\u003cbr\\u003ewidth 3.0\\u003cbr\\u003e1 standard k1\\u003cbr\\u003eaccuracy \\u003cb\\u003e0.0840\\u003c\\u002fb\\u003e after 1 epoch\\u003cbr\\u003e369k FLOPs \\u00b7 1.14k parameters \\u00b7 0.134 ms predicted\"],\"marker\":{\"color\":\"#5a6370\",\"line\":{\"color\":\"#5a6370\",\"width\":1.5},\"opacity\":0.8,\"size\":9,\"symbol\":\"line-ns-open\"},\"mode\":\"markers\",\"name\":\"stopped early\",\"x\":[22.4453125,4.4453125],\"y\":[0,0],\"yaxis\":\"y2\",\"type\":\"scatter\"}],\"layout\":{\"template\":{\"data\":{\"scatter\":[{\"type\":\"scatter\"}]}},\"font\":{\"family\":\"system-ui, -apple-system, ''Segoe UI'', Roboto, ''Helvetica Neue'', sans-serif\",\"color\":\"#191d23\",\"size\":13},\"margin\":{\"l\":56,\"r\":16,\"t\":96,\"b\":52},\"xaxis\":{\"title\":{\"font\":{\"color\":\"#5a6370\",\"size\":13},\"standoff\":10,\"text\":\"Weights (KiB)\"},\"tickfont\":{\"color\":\"#5a6370\",\"size\":12},\"gridcolor\":\"#e1e5ea\",\"linecolor\":\"#5a6370\",\"tickcolor\":\"#e1e5ea\",\"zeroline\":false,\"ticks\":\"outside\",\"ticklen\":4,\"automargin\":true,\"tickformat\":\",~r\",\"nticks\":3,\"type\":\"log\",\"range\":[-0.07748501429018131,1.4319904112856412],\"anchor\":\"y2\"},\"yaxis\":{\"title\":{\"font\":{\"color\":\"#5a6370\",\"size\":13},\"standoff\":10,\"text\":\"Validation accuracy\"},\"tickfont\":{\"color\":\"#5a6370\",\"size\":12},\"gridcolor\":\"#e1e5ea\",\"linecolor\":\"#5a6370\",\"tickcolor\":\"#e1e5ea\",\"zeroline\":false,\"ticks\":\"outside\",\"ticklen\":4,\"automargin\":true,\"tickformat\":\".2~f\",\"range\":[0.07500000000000001,0.1453439130716079],\"domain\":[0.09,1]},\"modebar\":{\"bgcolor\":\"rgba(0,0,0,0)\",\"color\":\"#a3acb8\",\"activecolor\":\"#191d23\"},\"legend\":{\"orientation\":\"h\",\"y\":1.04,\"yanchor\":\"bottom\",\"x\":0},\"hoverlabel\":{\"font\":{\"family\":\"system-ui, -apple-system, ''Segoe UI'', Roboto, ''Helvetica Neue'',"');
INSERT INTO "study_system_attributes" VALUES(30,1,'dashboard:plot_data:front-weight_bytes:2','" sans-serif\",\"color\":\"#191d23\",\"size\":12},\"align\":\"left\",\"bgcolor\":\"#f1f3f5\",\"bordercolor\":\"#a3acb8\"},\"paper_bgcolor\":\"#ffffff\",\"plot_bgcolor\":\"#ffffff\",\"height\":400,\"hovermode\":\"closest\",\"yaxis2\":{\"domain\":[0,0.06],\"range\":[0.5,-0.5],\"fixedrange\":true,\"tickvals\":[0],\"ticktext\":[\"stopped early\"],\"showgrid\":false,\"zeroline\":false,\"ticks\":\"\",\"automargin\":true,\"tickfont\":{\"color\":\"#5a6370\",\"size\":11}},\"title\":{\"text\":\"Accuracy against Weights\",\"x\":0.02,\"xanchor\":\"left\",\"y\":0.97,\"yanchor\":\"top\"}}}"');
INSERT INTO "study_system_attributes" VALUES(34,1,'dashboard:plot_data:curves:1','"fb\\u003e \\u00b7 complete\\u003cbr\\u003ewidth 1.0\\u003cbr\\u003e1 standard k3\\u003cbr\\u003eaccuracy \\u003cb\\u003e0.0850\\u003c\\u002fb\\u003e after 3 epochs\\u003cbr\\u003e221k FLOPs \\u00b7 770 parameters \\u00b7 0.0651 ms predicted\",\"\",\"\\u003cb\\u003etrial 5\\u003c\\u002fb\\u003e \\u00b7 waiting\\u003cbr\\u003ewidth 1.0\\u003cbr\\u003e1 fire\\u003cbr\\u003eaccuracy \\u003cb\\u003e0.0940\\u003c\\u002fb\\u003e after 1 epoch\\u003cbr\\u003e92.2k FLOPs \\u00b7 244 parameters \\u00b7 0.0681 ms predicted\"],\"line\":{\"color\":\"#a3acb8\",\"width\":1},\"marker\":{\"size\":5.5},\"mode\":\"lines+markers\",\"name\":\"not on the front\",\"opacity\":0.8,\"x\":[1,2,3,null,1,null,1,null,1,2,3,null,1],\"y\":[0.085,0.119,0.085,null,0.085,null,0.084,null,0.085,0.085,0.085,null,0.094],\"type\":\"scatter\"},{\"customdata\":[2,2,2],\"hovertemplate\":\"\\u003cb\\u003e%{y:.4f}\\u003c\\u002fb\\u003e after epoch %{x}\\u003cbr\\u003e%{hovertext}\\u003cextra\\u003e\\u003c\\u002fextra\\u003e\",\"hovertext\":[\"\\u003cb\\u003etrial 2\\u003c\\u002fb\\u003e \\u00b7 complete \\u00b7 on the front \\u00b7 knee\\u003cbr\\u003ewidth 1.0\\u003cbr\\u003e1 standard k1\\u003cbr\\u003eaccuracy \\u003cb\\u003e0.1140 \\u00b10.021\\u003c\\u002fb\\u003e after 3 epochs\\u003cbr\\u003e90.2k FLOPs \\u00b7 258 parameters \\u00b7 0.0472 ms predicted\",\"\\u003cb\\u003etrial 2\\u003c\\u002fb\\u003e \\u00b7 complete \\u00b7 on the front \\u00b7 knee\\u003cbr\\u003ewidth 1.0\\u003cbr\\u003e1 standard k1\\u003cbr\\u003eaccuracy \\u003cb\\u003e0.1140 \\u00b10.021\\u003c\\u002fb\\u003e after 3 epochs\\u003cbr\\u003e90.2k FLOPs \\u00b7 258 parameters \\u00b7 0.0472 ms predicted\",\"\\u003cb\\u003etrial 2\\u003c\\u002fb\\u003e \\u00b7 complete \\u00b7 on the front \\u00b7 knee\\u003cbr\\u003ewidth 1.0\\u003cbr\\u003e1 standard k1\\u003cbr\\u003eaccuracy \\u003cb\\u003e0.1140 \\u00b10.021\\u003c\\u002fb\\u003e after 3 epochs\\u003cbr\\u003e90.2k FLOPs \\u00b7 258 parameters \\u00b7 0.0472 ms predicted\"],\"line\":{\"color\":\"#c44900\",\"width\":3},\"marker\":{\"size\":8.5},\"mode\":\"lines+markers\",\"name\":\"knee\",\"opacity\":1.0,\"x\":[1,2,3],\"y\":[0.094,0.115,0.114],\"type\":\"scatter\"}],\"layout\":{\"template\":{\"data\":{\"scatter\":[{\"type\":\"scat"');
INSERT INTO "study_system_attributes" VALUES(35,1,'dashboard:plot_data:curves:2','"ter\"}]}},\"font\":{\"family\":\"system-ui, -apple-system, ''Segoe UI'', Roboto, ''Helvetica Neue'', sans-serif\",\"color\":\"#191d23\",\"size\":13},\"margin\":{\"l\":56,\"r\":16,\"t\":96,\"b\":52},\"xaxis\":{\"title\":{\"font\":{\"color\":\"#5a6370\",\"size\":13},\"standoff\":10,\"text\":\"Epochs\"},\"tickfont\":{\"color\":\"#5a6370\",\"size\":12},\"gridcolor\":\"#e1e5ea\",\"linecolor\":\"#5a6370\",\"tickcolor\":\"#e1e5ea\",\"zeroline\":false,\"ticks\":\"outside\",\"ticklen\":4,\"automargin\":true,\"dtick\":1},\"yaxis\":{\"title\":{\"font\":{\"color\":\"#5a6370\",\"size\":13},\"standoff\":10,\"text\":\"Validation accuracy\"},\"tickfont\":{\"color\":\"#5a6370\",\"size\":12},\"gridcolor\":\"#e1e5ea\",\"linecolor\":\"#5a6370\",\"tickcolor\":\"#e1e5ea\",\"zeroline\":false,\"ticks\":\"outside\",\"ticklen\":4,\"automargin\":true,\"tickformat\":\".2~f\"},\"modebar\":{\"bgcolor\":\"rgba(0,0,0,0)\",\"color\":\"#a3acb8\",\"activecolor\":\"#191d23\"},\"legend\":{\"orientation\":\"h\",\"y\":1.04,\"yanchor\":\"bottom\",\"x\":0},\"hoverlabel\":{\"font\":{\"family\":\"system-ui, -apple-system, ''Segoe UI'', Roboto, ''Helvetica Neue'', sans-serif\",\"color\":\"#191d23\",\"size\":12},\"align\":\"left\",\"bgcolor\":\"#f1f3f5\",\"bordercolor\":\"#a3acb8\"},\"paper_bgcolor\":\"#ffffff\",\"plot_bgcolor\":\"#ffffff\",\"height\":400,\"hovermode\":\"closest\",\"title\":{\"text\":\"Learning curves\",\"x\":0.02,\"xanchor\":\"left\",\"y\":0.97,\"yanchor\":\"top\"}}}"');
INSERT INTO "study_system_attributes" VALUES(36,1,'artifacts:66f59b98-2299-42c1-bcc8-34572191b235','"{\"artifact_id\": \"66f59b98-2299-42c1-bcc8-34572191b235\", \"filename\": \"trial_2.py\", \"mimetype\": \"text/x-python\", \"encoding\": null}"');
CREATE TABLE study_user_attributes (
	study_user_attribute_id INTEGER NOT NULL, 
	study_id INTEGER, 
	"key" VARCHAR(512), 
	value_json TEXT, 
	PRIMARY KEY (study_user_attribute_id), 
	UNIQUE (study_id, "key"), 
	FOREIGN KEY(study_id) REFERENCES studies (study_id)
);
CREATE TABLE trial_heartbeats (
	trial_heartbeat_id INTEGER NOT NULL, 
	trial_id INTEGER NOT NULL, 
	heartbeat DATETIME NOT NULL, 
	PRIMARY KEY (trial_heartbeat_id), 
	UNIQUE (trial_id), 
	FOREIGN KEY(trial_id) REFERENCES trials (trial_id)
);
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
INSERT INTO "trial_params" VALUES(1,1,'width_mult',2.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [1.0, 2.0, 3.0]}}');
INSERT INTO "trial_params" VALUES(2,1,'stage1.block',1.0,'{"name": "CategoricalDistribution", "attributes": {"choices": ["standard", "fire"]}}');
INSERT INTO "trial_params" VALUES(3,2,'width_mult',2.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [1.0, 2.0, 3.0]}}');
INSERT INTO "trial_params" VALUES(4,2,'stage1.block',0.0,'{"name": "CategoricalDistribution", "attributes": {"choices": ["standard", "fire"]}}');
INSERT INTO "trial_params" VALUES(5,2,'stage1.standard.kernel_size',1.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [1, 3]}}');
INSERT INTO "trial_params" VALUES(6,3,'width_mult',0.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [1.0, 2.0, 3.0]}}');
INSERT INTO "trial_params" VALUES(7,3,'stage1.block',0.0,'{"name": "CategoricalDistribution", "attributes": {"choices": ["standard", "fire"]}}');
INSERT INTO "trial_params" VALUES(8,3,'stage1.standard.kernel_size',0.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [1, 3]}}');
INSERT INTO "trial_params" VALUES(9,4,'width_mult',2.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [1.0, 2.0, 3.0]}}');
INSERT INTO "trial_params" VALUES(10,4,'stage1.block',0.0,'{"name": "CategoricalDistribution", "attributes": {"choices": ["standard", "fire"]}}');
INSERT INTO "trial_params" VALUES(11,4,'stage1.standard.kernel_size',0.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [1, 3]}}');
INSERT INTO "trial_params" VALUES(12,5,'width_mult',0.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [1.0, 2.0, 3.0]}}');
INSERT INTO "trial_params" VALUES(13,5,'stage1.block',0.0,'{"name": "CategoricalDistribution", "attributes": {"choices": ["standard", "fire"]}}');
INSERT INTO "trial_params" VALUES(14,5,'stage1.standard.kernel_size',1.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [1, 3]}}');
INSERT INTO "trial_params" VALUES(15,6,'width_mult',0.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [1.0, 2.0, 3.0]}}');
INSERT INTO "trial_params" VALUES(16,6,'stage1.block',1.0,'{"name": "CategoricalDistribution", "attributes": {"choices": ["standard", "fire"]}}');
INSERT INTO "trial_params" VALUES(17,7,'width_mult',1.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [1.0, 2.0, 3.0]}}');
INSERT INTO "trial_params" VALUES(18,7,'stage1.block',0.0,'{"name": "CategoricalDistribution", "attributes": {"choices": ["standard", "fire"]}}');
INSERT INTO "trial_params" VALUES(19,7,'stage1.standard.kernel_size',0.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [1, 3]}}');
INSERT INTO "trial_params" VALUES(20,8,'width_mult',1.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [1.0, 2.0, 3.0]}}');
INSERT INTO "trial_params" VALUES(21,8,'stage1.block',0.0,'{"name": "CategoricalDistribution", "attributes": {"choices": ["standard", "fire"]}}');
INSERT INTO "trial_params" VALUES(22,8,'stage1.standard.kernel_size',1.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [1, 3]}}');
CREATE TABLE trial_system_attributes (
	trial_system_attribute_id INTEGER NOT NULL, 
	trial_id INTEGER, 
	"key" VARCHAR(512), 
	value_json TEXT, 
	PRIMARY KEY (trial_system_attribute_id), 
	UNIQUE (trial_id, "key"), 
	FOREIGN KEY(trial_id) REFERENCES trials (trial_id)
);
CREATE TABLE trial_user_attributes (
	trial_user_attribute_id INTEGER NOT NULL, 
	trial_id INTEGER, 
	"key" VARCHAR(512), 
	value_json TEXT, 
	PRIMARY KEY (trial_user_attribute_id), 
	UNIQUE (trial_id, "key"), 
	FOREIGN KEY(trial_id) REFERENCES trials (trial_id)
);
INSERT INTO "trial_user_attributes" VALUES(1,1,'architecture','"5044367c0a3b73a6"');
INSERT INTO "trial_user_attributes" VALUES(2,1,'description','"width 3.0; 1 fire"');
INSERT INTO "trial_user_attributes" VALUES(3,1,'flops','387312');
INSERT INTO "trial_user_attributes" VALUES(4,1,'params','1000');
INSERT INTO "trial_user_attributes" VALUES(5,1,'weight_bytes','4000');
INSERT INTO "trial_user_attributes" VALUES(6,1,'peak_activation_bytes','110592');
INSERT INTO "trial_user_attributes" VALUES(8,1,'latency_ms','0.08098030737019922');
INSERT INTO "trial_user_attributes" VALUES(9,2,'architecture','"ea2074c629d8a840"');
INSERT INTO "trial_user_attributes" VALUES(10,2,'description','"width 3.0; 1 standard k3"');
INSERT INTO "trial_user_attributes" VALUES(11,2,'flops','1548528');
INSERT INTO "trial_user_attributes" VALUES(12,2,'params','5746');
INSERT INTO "trial_user_attributes" VALUES(13,2,'weight_bytes','22984');
INSERT INTO "trial_user_attributes" VALUES(14,2,'peak_activation_bytes','122880');
INSERT INTO "trial_user_attributes" VALUES(16,2,'latency_ms','0.16509453835822466');
INSERT INTO "trial_user_attributes" VALUES(17,3,'architecture','"da9fb0b153db051c"');
INSERT INTO "trial_user_attributes" VALUES(18,3,'description','"width 1.0; 1 standard k1"');
INSERT INTO "trial_user_attributes" VALUES(19,3,'flops','90192');
INSERT INTO "trial_user_attributes" VALUES(20,3,'params','258');
INSERT INTO "trial_user_attributes" VALUES(21,3,'weight_bytes','1032');
INSERT INTO "trial_user_attributes" VALUES(22,3,'peak_activation_bytes','40960');
INSERT INTO "trial_user_attributes" VALUES(24,3,'latency_ms','0.0472487743997345');
INSERT INTO "trial_user_attributes" VALUES(25,2,'curve','[[1, 0.085]]');
INSERT INTO "trial_user_attributes" VALUES(26,4,'architecture','"4d0b18d07e36fdea"');
INSERT INTO "trial_user_attributes" VALUES(27,4,'description','"width 3.0; 1 standard k1"');
INSERT INTO "trial_user_attributes" VALUES(28,4,'flops','368880');
INSERT INTO "trial_user_attributes" VALUES(29,4,'params','1138');
INSERT INTO "trial_user_attributes" VALUES(30,4,'weight_bytes','4552');
INSERT INTO "trial_user_attributes" VALUES(31,4,'peak_activation_bytes','122880');
INSERT INTO "trial_user_attributes" VALUES(33,4,'latency_ms','0.13374341491664238');
INSERT INTO "trial_user_attributes" VALUES(34,1,'curve','[[1, 0.085], [2, 0.119], [3, 0.085]]');
INSERT INTO "trial_user_attributes" VALUES(35,3,'curve','[[1, 0.094], [2, 0.115], [3, 0.114]]');
INSERT INTO "trial_user_attributes" VALUES(36,5,'architecture','"0cc1d03f7ea481d6"');
INSERT INTO "trial_user_attributes" VALUES(37,5,'description','"width 1.0; 1 standard k3"');
INSERT INTO "trial_user_attributes" VALUES(38,5,'flops','221264');
INSERT INTO "trial_user_attributes" VALUES(39,5,'params','770');
INSERT INTO "trial_user_attributes" VALUES(40,5,'weight_bytes','3080');
INSERT INTO "trial_user_attributes" VALUES(41,5,'peak_activation_bytes','40960');
INSERT INTO "trial_user_attributes" VALUES(43,5,'latency_ms','0.06511476750167028');
INSERT INTO "trial_user_attributes" VALUES(44,6,'architecture','"dc370d650a586e37"');
INSERT INTO "trial_user_attributes" VALUES(45,6,'description','"width 1.0; 1 fire"');
INSERT INTO "trial_user_attributes" VALUES(46,6,'flops','92240');
INSERT INTO "trial_user_attributes" VALUES(47,6,'params','244');
INSERT INTO "trial_user_attributes" VALUES(48,6,'weight_bytes','976');
INSERT INTO "trial_user_attributes" VALUES(49,6,'peak_activation_bytes','36864');
INSERT INTO "trial_user_attributes" VALUES(51,6,'latency_ms','0.06808399644090463');
INSERT INTO "trial_user_attributes" VALUES(52,4,'curve','[[1, 0.084]]');
INSERT INTO "trial_user_attributes" VALUES(53,7,'architecture','"3a3079a05e4a4e77"');
INSERT INTO "trial_user_attributes" VALUES(54,7,'description','"width 2.0; 1 standard k1"');
INSERT INTO "trial_user_attributes" VALUES(55,7,'flops','213152');
INSERT INTO "trial_user_attributes" VALUES(56,7,'params','634');
INSERT INTO "trial_user_attributes" VALUES(57,7,'weight_bytes','2536');
INSERT INTO "trial_user_attributes" VALUES(58,7,'peak_activation_bytes','81920');
INSERT INTO "trial_user_attributes" VALUES(60,7,'latency_ms','0.06125672929556908');
INSERT INTO "trial_user_attributes" VALUES(61,5,'curve','[[1, 0.085], [2, 0.085], [3, 0.085]]');
INSERT INTO "trial_user_attributes" VALUES(62,8,'architecture','"3e7130875b1f1a42"');
INSERT INTO "trial_user_attributes" VALUES(63,8,'description','"width 2.0; 1 standard k3"');
INSERT INTO "trial_user_attributes" VALUES(64,8,'flops','737440');
INSERT INTO "trial_user_attributes" VALUES(65,8,'params','2682');
INSERT INTO "trial_user_attributes" VALUES(66,8,'weight_bytes','10728');
INSERT INTO "trial_user_attributes" VALUES(67,8,'peak_activation_bytes','81920');
INSERT INTO "trial_user_attributes" VALUES(69,8,'latency_ms','0.09996338861910169');
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
INSERT INTO "trial_values" VALUES(1,1,0,0.085,'FINITE');
INSERT INTO "trial_values" VALUES(2,1,1,387312.0,'FINITE');
INSERT INTO "trial_values" VALUES(3,1,2,8.0980307370199219874e-02,'FINITE');
INSERT INTO "trial_values" VALUES(4,3,0,0.114,'FINITE');
INSERT INTO "trial_values" VALUES(5,3,1,90192.0,'FINITE');
INSERT INTO "trial_values" VALUES(6,3,2,0.0472487743997345,'FINITE');
INSERT INTO "trial_values" VALUES(7,5,0,0.085,'FINITE');
INSERT INTO "trial_values" VALUES(8,5,1,221264.0,'FINITE');
INSERT INTO "trial_values" VALUES(9,5,2,6.51147675016702787154e-02,'FINITE');
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
INSERT INTO "trials" VALUES(1,0,1,'COMPLETE','2026-11-30 17:55:42.355862','2026-11-30 17:55:53.266565');
INSERT INTO "trials" VALUES(2,1,1,'PRUNED','2026-11-30 17:55:42.438909','2026-11-30 17:55:52.387796');
INSERT INTO "trials" VALUES(3,2,1,'COMPLETE','2026-11-30 17:55:48.917901','2026-11-30 17:55:53.692174');
INSERT INTO "trials" VALUES(4,3,1,'PRUNED','2026-11-30 17:55:52.928095','2026-11-30 17:55:54.860303');
INSERT INTO "trials" VALUES(5,4,1,'COMPLETE','2026-11-30 17:55:53.710094','2026-11-30 17:55:55.533432');
INSERT INTO "trials" VALUES(6,5,1,'RUNNING','2026-11-30 17:55:54.004588',NULL);
INSERT INTO "trials" VALUES(7,6,1,'RUNNING','2026-11-30 17:55:54.905823',NULL);
INSERT INTO "trials" VALUES(8,7,1,'RUNNING','2026-11-30 17:55:55.573700',NULL);
CREATE TABLE version_info (
	version_info_id INTEGER NOT NULL, 
	schema_version INTEGER, 
	library_version VARCHAR(256), 
	PRIMARY KEY (version_info_id), 
	CHECK (version_info_id=1)
);
INSERT INTO "version_info" VALUES(1,12,'5.0.0');
CREATE INDEX ix_nas_calibrations_experiment_name ON nas_calibrations (experiment_name);
CREATE INDEX ix_nas_trials_study_id_state ON nas_trials (study_id, state, accuracy);
CREATE INDEX ix_nas_companions_experiment_name ON nas_companions (experiment_name);
CREATE INDEX ix_nas_events_study_id ON nas_events (study_id);
CREATE INDEX ix_nas_exports_study_id ON nas_exports (study_id);
CREATE INDEX ix_nas_exports_trial_id ON nas_exports (trial_id);
CREATE INDEX ix_nas_trainings_trial_id ON nas_trainings (trial_id);
CREATE INDEX ix_nas_trainings_study_id ON nas_trainings (study_id);
CREATE INDEX ix_nas_training_keys_training_key ON nas_training_keys (training_key);
CREATE VIEW nas_values AS SELECT id AS trial_id, 'accuracy' AS measure, accuracy AS value FROM nas_trials WHERE accuracy IS NOT NULL UNION ALL SELECT id AS trial_id, 'latency_ms' AS measure, latency_ms AS value FROM nas_trials WHERE latency_ms IS NOT NULL UNION ALL SELECT t.id, 'flops', a.flops FROM nas_trials t JOIN nas_architectures a ON a.id = t.architecture_id UNION ALL SELECT t.id, 'params', a.params FROM nas_trials t JOIN nas_architectures a ON a.id = t.architecture_id UNION ALL SELECT t.id, 'peak_activation_bytes', a.peak_activation_bytes FROM nas_trials t JOIN nas_architectures a ON a.id = t.architecture_id UNION ALL SELECT t.id, 'weight_bytes', a.weight_bytes FROM nas_trials t JOIN nas_architectures a ON a.id = t.architecture_id UNION ALL SELECT trial_id, measure, value FROM nas_own_values;
CREATE UNIQUE INDEX ix_studies_study_name ON studies (study_name);
CREATE INDEX ix_trials_study_id ON trials (study_id);
COMMIT;
