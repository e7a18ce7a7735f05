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
INSERT INTO "nas_alembic_version" VALUES('0005');
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
INSERT INTO "nas_architectures" VALUES('dc370d650a586e37','{"in_shape": [1, 32, 32], "blocks": [{"name": "stem", "type": "stem", "layers": [{"name": "conv", "op": "conv", "inputs": [-1], "in_channels": 1, "out_channels": 8, "kernel_size": [3, 3], "stride": [1, 1], "padding": [1, 1], "dilation": [1, 1], "groups": 1, "bias": false, "transposed": false, "output_padding": [0, 0]}, {"name": "conv_norm", "op": "batch_norm", "inputs": [0], "num_features": 8}, {"name": "conv_act", "op": "activation", "inputs": [1], "function": "relu"}]}, {"name": "stage1.0", "type": "fire", "layers": [{"name": "squeeze", "op": "conv", "inputs": [-1], "in_channels": 8, "out_channels": 1, "kernel_size": [1, 1], "stride": [1, 1], "padding": [0, 0], "dilation": [1, 1], "groups": 1, "bias": false, "transposed": false, "output_padding": [0, 0]}, {"name": "squeeze_norm", "op": "batch_norm", "inputs": [0], "num_features": 1}, {"name": "squeeze_act", "op": "activation", "inputs": [1], "function": "relu"}, {"name": "expand1x1", "op": "conv", "inputs": [2], "in_channels": 1, "out_channels": 4, "kernel_size": [1, 1], "stride": [2, 2], "padding": [0, 0], "dilation": [1, 1], "groups": 1, "bias": false, "transposed": false, "output_padding": [0, 0]}, {"name": "expand1x1_norm", "op": "batch_norm", "inputs": [3], "num_features": 4}, {"name": "expand1x1_act", "op": "activation", "inputs": [4], "function": "relu"}, {"name": "expand", "op": "conv", "inputs": [2], "in_channels": 1, "out_channels": 4, "kernel_size": [3, 3], "stride": [2, 2], "padding": [1, 1], "dilation": [1, 1], "groups": 1, "bias": false, "transposed": false, "output_padding": [0, 0]}, {"name": "expand_norm", "op": "batch_norm", "inputs": [6], "num_features": 4}, {"name": "expand_act", "op": "activation", "inputs": [7], "function": "relu"}, {"name": "concat", "op": "concat", "inputs": [5, 8]}]}, {"name": "head", "type": "head", "layers": [{"name": "pool", "op": "adaptive_avg_pool", "inputs": [-1], "output_size": 1}, {"name": "flatten", "op": "flatten", "inputs": [0]}, {"name": "linear", "op": "linear", "inputs": [1], "in_features": 8, "out_features": 10, "bias": true}]}]}',92240,244,976,36864,5);
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
INSERT INTO "nas_checkpoints" VALUES(1,1,'file:///home/user/nas_studies/small/checkpoints/small-80542b7d/trial-00000-epochs-1-29a2f692.state','8c9ae9aab490ab2c3ab23a301264c917ea3e69cc0be215abc056e04f58edb9b9',31517,'2026-11-30 15:10:56.502704');
INSERT INTO "nas_checkpoints" VALUES(3,1,'file:///home/user/nas_studies/small/checkpoints/small-80542b7d/trial-00002-epochs-1-369b26aa.state','72296a226233b93c2931844ee8a3c7c216526bf5c30ffe11827aa5ba24dfe7d9',14007,'2026-11-30 15:10:57.389197');
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
INSERT INTO "nas_epochs" VALUES(2,1,0.085,2.33513164520263671875e+00,4.97773656999925151467e-01);
INSERT INTO "nas_epochs" VALUES(2,2,0.105,2.30711460113525390625e+00,5.14705829999002162367e-01);
INSERT INTO "nas_epochs" VALUES(2,3,0.091,2.28330087661743164062e+00,7.18606161000934662297e-01);
INSERT INTO "nas_epochs" VALUES(1,1,0.085,2.31304025650024414062e+00,1.34242440199886914342e+00);
INSERT INTO "nas_epochs" VALUES(3,1,0.094,2.34119200706481933593e+00,3.19197657001495826989e-01);
INSERT INTO "nas_epochs" VALUES(1,2,0.119,2.31063961982727050781e+00,9.0151788000002852641e-01);
INSERT INTO "nas_epochs" VALUES(3,2,0.115,2.29340291023254394531e+00,1.11599736999778542667e-01);
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
INSERT INTO "nas_events" VALUES(1,1,'2026-11-30 15:10:29.020924','launched',NULL,'launched with 8 trials','{}');
INSERT INTO "nas_events" VALUES(2,1,'2026-11-30 15:11:00.494692','ended',NULL,'interrupted: stopped by hand','{}');
CREATE TABLE nas_executions (
	study_id INTEGER NOT NULL, 
	execution JSON NOT NULL, 
	measured_at DATETIME NOT NULL, 
	PRIMARY KEY (study_id), 
	FOREIGN KEY(study_id) REFERENCES nas_studies (id)
);
INSERT INTO "nas_executions" VALUES(1,'{"device_name": "Intel(R) Xeon(R) Processor", "versions": "torch 2.13.0+cpu", "batch_size": 32, "num_threads": 1, "elements": {"float32": 3.288799285883952, "bfloat16": 3.3517417907704807, "cast": 0.362361907962753}, "families": {"dense 1x1, stride 1x1, dilation 1x1": {"elements": 61440, "flops": 884736, "float32": [0.9745320000007496, 0.9085080000001966, 1.067995999999738], "bfloat16": [0.4601500000003256, 0.4727930000001379, 0.6345719999991672]}, "dense 1x1, stride 2x2, dilation 1x1": {"elements": 43008, "flops": 221184, "float32": [0.357061000000769, 1.2504080000006468, 0.46079800000065063], "bfloat16": [0.2367880000004874, 0.6952760000000779, 0.390536999999469]}, "dense 3x3, stride 1x1, dilation 1x1": {"elements": 24576, "flops": 5308416, "float32": [1.8801379999988654, 1.8945169999984302, 1.9778909999992322], "bfloat16": [0.4541069999994818, 0.4380190000006223, 0.7564640000001788]}, "dense 3x3, stride 2x2, dilation 1x1": {"elements": 36864, "flops": 2654208, "float32": [1.1887569999995407, 1.903706000000227, 1.6362839999999323], "bfloat16": [0.5060809999992699, 0.6334830000014335, 0.7570729999990533]}}, "autocast": false, "cuda_graphs": false}','2026-11-30 15:10:30.157167');
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
INSERT INTO "nas_latency_blocks" VALUES('6f6b15a634ae9735','0916a539f6b4bf8f',1.97205008589662611484e-02,1.89140009752009063959e-02,2.24280011025257408618e-02,1.44949990499299019575e-02,192,3.55049996869638562202e-02,0,'2026-11-30 15:10:23.815084');
INSERT INTO "nas_latency_blocks" VALUES('dc851cc05fb33a6a','0916a539f6b4bf8f',2.99700004688929766416e-02,2.88850023935083299875e-02,3.19229984597768634557e-02,1.55169982463121414184e-02,181,3.55049996869638562202e-02,0,'2026-11-30 15:10:23.815895');
INSERT INTO "nas_latency_blocks" VALUES('4e056176bbd9d4f4','0916a539f6b4bf8f',1.42298000355367548763e-01,1.2037800115649588406e-01,1.49742001667618751525e-01,2.12849990930408239364e-02,33,3.55049996869638562202e-02,0,'2026-11-30 15:10:23.816626');
INSERT INTO "nas_latency_blocks" VALUES('03191367eea97348','0916a539f6b4bf8f',7.10959975549485534429e-02,6.45879990770481526851e-02,7.67189994803629815578e-02,1.83920019480865448713e-02,101,3.55049996869638562202e-02,0,'2026-11-30 15:10:23.825666');
INSERT INTO "nas_latency_blocks" VALUES('d382a86ebaa57433','0916a539f6b4bf8f',5.75199992454145103693e-02,4.7708999773021787405e-02,6.30229988018982112407e-02,1.14039976324420422315e-02,142,3.55049996869638562202e-02,0,'2026-11-30 15:10:23.826167');
INSERT INTO "nas_latency_blocks" VALUES('66cb7ffd26ccf714','0916a539f6b4bf8f',4.62269999843556433916e-02,4.04120000894181430339e-02,4.82050018035806715488e-02,9.4020033429842442274e-03,190,3.55049996869638562202e-02,0,'2026-11-30 15:10:23.826636');
INSERT INTO "nas_latency_blocks" VALUES('9fa1b922b77c6fa8','0916a539f6b4bf8f',1.69340000866213813424e-02,1.67119978868868201971e-02,1.81300019903574138879e-02,1.51479980559088289737e-02,208,3.55049996869638562202e-02,0,'2026-11-30 15:10:23.827086');
INSERT INTO "nas_latency_blocks" VALUES('6c4af05f774ade97','0916a539f6b4bf8f',0.033803999031079,2.97180013149045407772e-02,3.87130021408665925264e-02,2.48559990723151713609e-02,209,3.55049996869638562202e-02,0,'2026-11-30 15:10:23.827611');
INSERT INTO "nas_latency_blocks" VALUES('503fc85381f2b4c2','0916a539f6b4bf8f',1.86483999641495756804e-01,1.82609001058153808116e-01,1.88522997632389888167e-01,7.40409996069502085447e-02,536,3.55049996869638562202e-02,0,'2026-11-30 15:10:23.828025');
INSERT INTO "nas_latency_blocks" VALUES('d0c3eaac3bf41baa','0916a539f6b4bf8f',2.81140019069425761699e-02,2.42259993683546781539e-02,3.46159977198112756013e-02,1.00180004665162414312e-02,125,3.55049996869638562202e-02,0,'2026-11-30 15:10:23.828446');
INSERT INTO "nas_latency_blocks" VALUES('cc397806b5c641bc','0916a539f6b4bf8f',6.91440000082366168498e-02,5.87619979341980069875e-02,8.02689974079839885234e-02,2.38139982684515416622e-02,52,3.55049996869638562202e-02,0,'2026-11-30 15:10:23.833071');
INSERT INTO "nas_latency_blocks" VALUES('f8d858c03123f176','0916a539f6b4bf8f',2.13735002034809440374e-02,2.05899996217340230941e-02,2.34799990721512585878e-02,1.56440000864677131175e-02,122,3.55049996869638562202e-02,0,'2026-11-30 15:10:23.833577');
INSERT INTO "nas_latency_blocks" VALUES('00b4c92555d8a80d','0916a539f6b4bf8f',8.37784991745138540863e-02,6.95899980200920253992e-02,9.3080998340155929327e-02,1.17899980978108942508e-02,33,3.55049996869638562202e-02,0,'2026-11-30 15:10:23.834144');
INSERT INTO "nas_latency_blocks" VALUES('e2ff5862c816c32c','0916a539f6b4bf8f',5.99529994360636919736e-02,4.36619993706699460744e-02,0.0678530013829004,1.93460000446066260337e-02,78,3.55049996869638562202e-02,0,'2026-11-30 15:10:23.834548');
INSERT INTO "nas_latency_blocks" VALUES('57542946b4973e7e','0916a539f6b4bf8f',2.49810000241268426179e-02,2.32439997489564120769e-02,2.72629986284300684928e-02,1.43639990710653364658e-02,149,3.55049996869638562202e-02,0,'2026-11-30 15:10:23.834940');
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
INSERT INTO "nas_latency_fits" VALUES('0916a539f6b4bf8f','17953e009a3eac95','networks',1.27166015849509983492e-01,9,'2026-11-30 15:10:28.963708');
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
INSERT INTO "nas_latency_networks" VALUES('da9fb0b153db051c','["6f6b15a634ae9735", "9fa1b922b77c6fa8", "6c4af05f774ade97"]','0916a539f6b4bf8f',5.88932473863244335121e-02,5.6772431651113952622e-02,6.7744354120562552679e-02,2.43065420659063398389e-02,99,3.55049996869638562202e-02,0,'2026-11-30 15:10:28.943301');
INSERT INTO "nas_latency_networks" VALUES('0cc1d03f7ea481d6','["6f6b15a634ae9735", "66cb7ffd26ccf714", "6c4af05f774ade97"]','0916a539f6b4bf8f',9.46612974192457823363e-02,8.39391932552799174827e-02,1.02651270199268465632e-01,2.20518270154142319305e-02,109,3.55049996869638562202e-02,0,'2026-11-30 15:10:28.946361');
INSERT INTO "nas_latency_networks" VALUES('3a3079a05e4a4e77','["57542946b4973e7e", "f8d858c03123f176", "e2ff5862c816c32c"]','0916a539f6b4bf8f',7.59391597343549301646e-02,0.0704246163679648,0.0861282833925792,2.15828828848282500141e-02,115,3.55049996869638562202e-02,0,'2026-11-30 15:10:28.946825');
INSERT INTO "nas_latency_networks" VALUES('dc370d650a586e37','["6f6b15a634ae9735", "d382a86ebaa57433", "6c4af05f774ade97"]','0916a539f6b4bf8f',1.02521067845237054405e-01,0.0937424716145203,1.20867946633724104854e-01,2.41646942839367252775e-02,112,3.55049996869638562202e-02,0,'2026-11-30 15:10:28.951794');
INSERT INTO "nas_latency_networks" VALUES('5044367c0a3b73a6','["d0c3eaac3bf41baa", "03191367eea97348", "dc851cc05fb33a6a"]','0916a539f6b4bf8f',1.21017203742199375149e-01,1.00633665149961429308e-01,1.33427702407140941209e-01,3.30586819176761706473e-02,96,3.55049996869638562202e-02,0,'2026-11-30 15:10:28.952582');
INSERT INTO "nas_latency_networks" VALUES('f07854c42a0b7676','["57542946b4973e7e", "cc397806b5c641bc", "e2ff5862c816c32c"]','0916a539f6b4bf8f',1.13321507152194050904e-01,9.91379246911368583461e-02,1.24494557792159524223e-01,2.51428024027101071347e-02,90,3.55049996869638562202e-02,0,'2026-11-30 15:10:28.953098');
INSERT INTO "nas_latency_networks" VALUES('3e7130875b1f1a42','["57542946b4973e7e", "00b4c92555d8a80d", "e2ff5862c816c32c"]','0916a539f6b4bf8f',1.34973723464469258503e-01,1.29614787507701945123e-01,1.39537685669394950771e-01,2.20899288222993726849e-02,83,3.55049996869638562202e-02,0,'2026-11-30 15:10:28.953524');
INSERT INTO "nas_latency_networks" VALUES('4d0b18d07e36fdea','["d0c3eaac3bf41baa", "4e056176bbd9d4f4", "dc851cc05fb33a6a"]','0916a539f6b4bf8f',2.00833322453151524866e-01,1.89939733201193394762e-01,0.215447733759405,3.6277745459288475438e-02,67,3.55049996869638562202e-02,0,'2026-11-30 15:10:28.953912');
INSERT INTO "nas_latency_networks" VALUES('ea2074c629d8a840','["d0c3eaac3bf41baa", "503fc85381f2b4c2", "dc851cc05fb33a6a"]','0916a539f6b4bf8f',2.23708701501071860473e-01,2.08268612409593378842e-01,2.40602181590053337822e-01,4.16446202552405164709e-02,49,3.55049996869638562202e-02,0,'2026-11-30 15:10:28.954439');
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
INSERT INTO "nas_layer_diagnostics" VALUES(2,'stem.conv',0,24,0.0,4.93115901947021484375e-01,1.33214870927167581269e+01);
INSERT INTO "nas_layer_diagnostics" VALUES(2,'stage1.0.conv',1,24,0.0,2.76417106389999389648e-01,1.93441256922917155236e+01);
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
	versions JSON NOT NULL, 
	hardware JSON NOT NULL, 
	PRIMARY KEY (id), 
	UNIQUE (name)
);
INSERT INTO "nas_studies" VALUES(1,'small','INTERRUPTED','2026-11-30 15:10:29.002617','5f5b6bfadac584c8',0,'name: small
seed: 0
dataset: {name: cluttered_digits, train_size: 400}
space:
  stem: {out_channels: 8}
  width_mult: [1.0, 2.0, 3.0]
  stages: [{out_channels: 8, stride: 2, block: [{standard: {kernel_size: [1, 3]}}, fire]}]
objectives: [accuracy, flops, latency_ms]
search: {num_trials: 8}
fidelity: {max_epochs: 3, min_epochs: 1, reduction_factor: 3}
','{"name": "small", "seed": 0, "dataset": {"name": "cluttered_digits", "root": null, "variant": null, "size": null, "channels": null, "flip": null, "train_size": 400, "validation_size": null, "seed": 0}, "space": {"input": null, "stem": {"out_channels": [8], "kernel_size": [3], "stride": [1], "num_convs": [1], "pool": [false]}, "width_mult": [1.0, 2.0, 3.0], "resolution_mult": [1.0], "activation": ["relu"], "channel_multiple": 8, "stages": [{"out_channels": [8], "num_blocks": [1], "stride": [2], "block": [{"standard": {"kernel_size": [1, 3], "dilation": [1], "groups": [1], "residual": ["none"]}}, {"fire": {"squeeze_ratio": [0.125], "wide_share": [0.5], "kernel_size": [3], "dilation": [1], "groups": [1], "bypass": ["none"], "norm": [true]}}]}], "head": {"conv_channels": [0], "dropout": [0.0]}}, "objectives": ["accuracy", "flops", "latency_ms"], "constraints": {"flops": null, "params": null, "latency_ms": null, "peak_activation_bytes": null, "weight_bytes": null, "accuracy": null}, "latency": {"device": "cpu", "backend": "eager", "dtype": "float32", "batch_size": 1, "num_threads": 1, "memory_format": "contiguous", "table": null, "max_profile_seconds": null}, "search": {"sampler": "cost_aware", "num_trials": 8, "time_limit": null, "start_from": [], "reuse": true}, "fidelity": {"scheduler": "halving", "max_epochs": 3, "min_epochs": 1, "reduction_factor": 3, "num_brackets": null}, "evaluator": "proxy", "proxy": {"batch_size": 32, "learning_rate": 0.1, "schedule": "cosine", "warmup_epochs": 0.5, "momentum": 0.9, "weight_decay": 0.0005, "label_smoothing": 0.0, "averaging": 0.98, "augmentation": {"flip": true, "crop": 0, "cutout": 0, "mixup": 0.0}, "execution": "auto"}, "workers": {"cpus_per_trial": 1.0, "gpus_per_trial": 0.0, "max_concurrent": null, "trial_time_limit": null, "epoch_time_limit": null, "max_retries": 2, "max_memory_growth": 1073741824.0}, "checkpoints": null, "baselines": [], "control": null}','cluttered_digits','25848e892b0c78db','[1, 32, 32]',10,1000,'{"mean": [45.480198], "std": [73.25989], "input_range": [0, 255], "layout": "NCHW", "channels": "grey"}','["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"]','{"python": "3.11.7", "conv-nas": "0.1.0", "torch": "2.13.0+cpu", "optuna": "5.0.0", "ray": "2.60.0", "sqlalchemy": "2.1.9", "numpy": "2.4.6"}','{"system": "Linux", "machine": "x86_64", "num_cpus": 2}');
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
INSERT INTO "nas_training_keys" VALUES(4,'1ac06292b415c6d37d9f4ad9dbe11319');
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
INSERT INTO "nas_trials" VALUES(1,1,0,'5044367c0a3b73a6','{"width_mult": 3.0, "stage1.block": "fire"}','width 3.0; 1 fire',1.18162187228304543795e-01,'WAITING',2,0.119,'2026-11-30 15:10:41.547664','2026-11-30 15:10:50.940200',NULL,2.24394228199889766983e+00,NULL,NULL,NULL,NULL,0,1);
INSERT INTO "nas_trials" VALUES(2,1,1,'ea2074c629d8a840','{"width_mult": 3.0, "stage1.block": "standard", "stage1.standard.kernel_size": 3}','width 3.0; 1 standard k3',2.23708701501071860473e-01,'COMPLETE',3,0.091,'2026-11-30 15:10:41.662586','2026-11-30 15:10:51.248668','2026-11-30 15:10:56.172111',1.73108564799986197613e+00,'1ede48c0',NULL,NULL,NULL,0,0);
INSERT INTO "nas_trials" VALUES(3,1,2,'da9fb0b153db051c','{"width_mult": 1.0, "stage1.block": "standard", "stage1.standard.kernel_size": 1}','width 1.0; 1 standard k1',6.44490669649270403462e-02,'WAITING',2,0.115,'2026-11-30 15:10:51.294388','2026-11-30 15:10:57.019015',NULL,4.30797394001274369657e-01,NULL,NULL,NULL,NULL,0,1);
INSERT INTO "nas_trials" VALUES(4,1,3,'dc370d650a586e37','{"width_mult": 1.0, "stage1.block": "fire"}','width 1.0; 1 fire',1.01573470386654263197e-01,'WAITING',0,NULL,'2026-11-30 15:10:57.074770',NULL,NULL,0.0,NULL,NULL,NULL,NULL,0,0);
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
INSERT INTO "study_system_attributes" VALUES(2,1,'nas:study','"80542b7d"');
INSERT INTO "study_system_attributes" VALUES(3,1,'dashboard:plot_data:curves:0','"{\"data\":[{\"customdata\":[0,0,null,2,2],\"hovertemplate\":\"\\u003cb\\u003e%{y:.4f}\\u003c\\u002fb\\u003e after epoch %{x}\\u003cbr\\u003e%{hovertext}\\u003cextra\\u003e\\u003c\\u002fextra\\u003e\",\"hovertext\":[\"\\u003cb\\u003etrial 0\\u003c\\u002fb\\u003e \\u00b7 waiting\\u003cbr\\u003ewidth 3.0\\u003cbr\\u003e1 fire\\u003cbr\\u003eaccuracy \\u003cb\\u003e0.1190\\u003c\\u002fb\\u003e after 2 epochs\\u003cbr\\u003e387k FLOPs \\u00b7 1k parameters \\u00b7 0.118 ms predicted\",\"\\u003cb\\u003etrial 0\\u003c\\u002fb\\u003e \\u00b7 waiting\\u003cbr\\u003ewidth 3.0\\u003cbr\\u003e1 fire\\u003cbr\\u003eaccuracy \\u003cb\\u003e0.1190\\u003c\\u002fb\\u003e after 2 epochs\\u003cbr\\u003e387k FLOPs \\u00b7 1k parameters \\u00b7 0.118 ms predicted\",\"\",\"\\u003cb\\u003etrial 2\\u003c\\u002fb\\u003e \\u00b7 waiting\\u003cbr\\u003ewidth 1.0\\u003cbr\\u003e1 standard k1\\u003cbr\\u003eaccuracy \\u003cb\\u003e0.1150\\u003c\\u002fb\\u003e after 2 epochs\\u003cbr\\u003e90.2k FLOPs \\u00b7 258 parameters \\u00b7 0.0644 ms predicted\",\"\\u003cb\\u003etrial 2\\u003c\\u002fb\\u003e \\u00b7 waiting\\u003cbr\\u003ewidth 1.0\\u003cbr\\u003e1 standard k1\\u003cbr\\u003eaccuracy \\u003cb\\u003e0.1150\\u003c\\u002fb\\u003e after 2 epochs\\u003cbr\\u003e90.2k FLOPs \\u00b7 258 parameters \\u00b7 0.0644 ms predicted\"],\"line\":{\"color\":\"#a3acb8\",\"width\":1},\"marker\":{\"size\":5.5},\"mode\":\"lines+markers\",\"name\":\"not on the front\",\"opacity\":0.8,\"x\":[1,2,null,1,2],\"y\":[0.085,0.119,null,0.094,0.115],\"type\":\"scatter\"},{\"customdata\":[1,1,1],\"hovertemplate\":\"\\u003cb\\u003e%{y:.4f}\\u003c\\u002fb\\u003e after epoch %{x}\\u003cbr\\u003e%{hovertext}\\u003cextra\\u003e\\u003c\\u002fextra\\u003e\",\"hovertext\":[\"\\u003cb\\u003etrial 1\\u003c\\u002fb\\u003e \\u00b7 complete \\u00b7 on the front \\u00b7 knee\\u003cbr\\u003ewidth 3.0\\u003cbr\\u003e1 standard k3\\u003cbr\\u003eaccuracy \\u003cb\\u003e0.0910 \\u00b10.020\\u003c\\u002fb\\u003e after 3 epochs\\u003cbr\\u003e1.55M FLOPs \\u00b7 5.75k parameters \\u00b7 0.224 ms predicted\",\"\\u003cb\\u003etrial 1\\u003c\\u002fb\\u003e \\u00b7 complete \\u00b7 on the front \\u00b7 knee\\u003cbr\\u003ewidth 3.0\\u003cbr\\u003e1 standard k3\\u003cbr\\u003eaccuracy \\u003"');
INSERT INTO "study_system_attributes" VALUES(4,1,'dashboard:note_ver','1');
INSERT INTO "study_system_attributes" VALUES(5,1,'dashboard:note_str:0','"|||\n|---|---|\n|Data set|cluttered\\_digits|\n|Objectives|Accuracy, FLOPs, Latency|\n|Classes|0 to 9|\n\nAccuracy is that on validation images after a short training. FLOPs are multiply\\-adds of one image, counted once. A trial that is pruned was stopped early, since others did better after as many epochs, judged by accuracy, FLOPs and latency. A network outside a limit on costs is never trained; one outside a limit on accuracy is infeasible."');
INSERT INTO "study_system_attributes" VALUES(6,1,'dashboard:2:note_ver','1');
INSERT INTO "study_system_attributes" VALUES(7,1,'dashboard:2:note_str:0','"- width 3.0\n- 1 standard k3\n\n|||\n|---|---|\n|Accuracy|0.0910 after 3 epochs|\n|FLOPs|1.55M|\n|Parameters|5.75k|\n|Predicted latency|0.224 ms|\n|Peak activations|120 KiB|\n|Weights|22.4 KiB|\n\n|Layer|What|Output|Parameters|FLOPs|\n|---|---|---|--:|--:|\n|stem.conv|conv 3x3, norm, relu|24x32x32|264|221k|\n|stage1.0.conv|conv 3x3/2, norm, relu|24x16x16|5.23k|1.33M|\n|head.pool|adaptive\\_avg\\_pool|24x1x1|||\n|head.flatten|flatten|24|||\n|head.linear|linear|10|250|240|\n\n**As code**\n\n```sh\nnas export small --trial 1\n```"');
INSERT INTO "study_system_attributes" VALUES(8,1,'dashboard:plot_data:front-flops:0','"{\"data\":[{\"customdata\":[],\"hovertemplate\":\"%{hovertext}\\u003cextra\\u003e\\u003c\\u002fextra\\u003e\",\"hovertext\":[],\"marker\":{\"color\":\"#a3acb8\",\"size\":7},\"mode\":\"markers\",\"name\":\"finished\",\"x\":[],\"y\":[],\"type\":\"scatter\"},{\"hoverinfo\":\"skip\",\"line\":{\"color\":\"#0a5fb4\",\"shape\":\"hv\",\"width\":2},\"mode\":\"lines\",\"name\":\"best up to this cost\",\"x\":[1548528.0],\"y\":[0.091],\"type\":\"scatter\"},{\"customdata\":[],\"error_y\":{\"array\":[],\"arrayminus\":[],\"color\":\"#0a5fb4\",\"symmetric\":false,\"thickness\":1,\"type\":\"data\",\"visible\":false,\"width\":0},\"hovertemplate\":\"%{hovertext}\\u003cextra\\u003e\\u003c\\u002fextra\\u003e\",\"hovertext\":[],\"marker\":{\"color\":\"#0a5fb4\",\"line\":{\"color\":\"#ffffff\",\"width\":1.5},\"size\":11},\"mode\":\"markers\",\"name\":\"Pareto front\",\"x\":[],\"y\":[],\"type\":\"scatter\"},{\"customdata\":[1],\"error_y\":{\"array\":[0.019551494101869224],\"arrayminus\":[0.017100870057520298],\"color\":\"#0a5fb4\",\"symmetric\":false,\"thickness\":1,\"type\":\"data\",\"visible\":true,\"width\":0},\"hovertemplate\":\"%{hovertext}\\u003cextra\\u003e\\u003c\\u002fextra\\u003e\",\"hovertext\":[\"\\u003cb\\u003etrial 1\\u003c\\u002fb\\u003e \\u00b7 complete \\u00b7 on the front \\u00b7 knee\\u003cbr\\u003ewidth 3.0\\u003cbr\\u003e1 standard k3\\u003cbr\\u003eaccuracy \\u003cb\\u003e0.0910 \\u00b10.020\\u003c\\u002fb\\u003e after 3 epochs\\u003cbr\\u003e1.55M FLOPs \\u00b7 5.75k parameters \\u00b7 0.224 ms predicted\"],\"marker\":{\"color\":\"#c44900\",\"line\":{\"color\":\"#ffffff\",\"width\":1.5},\"size\":15,\"symbol\":\"diamond\"},\"mode\":\"markers\",\"name\":\"knee\",\"x\":[1548528.0],\"y\":[0.091],\"type\":\"scatter\"}],\"layout\":{\"template\":{\"data\":{\"scatter\":[{\"type\":\"scatter\"}]}},\"font\":{\"family\":\"system-ui, -apple-system, ''Segoe UI'', Roboto, ''Helvetica Neue'', sans-serif\",\"color\":\"#191d23\",\"size\":13},\"margin\":{\"l\":56,\"r\":16,\"t\":96,\"b\":52},\"xaxis\":{\"title\":{\"font\":{\"color\":\"#5a6370\",\"size\":13},\"standoff\":10,\"text\":\"FLOPs (multiply-adds)\"},\"tickfont\":{\"color\":\"#5a6370\",\"size\":12},\"gridcolor\":\"#e1e5ea\",\"linecolor\":\"#5a6370\",\"tickcolor\":\"#e1e5ea\",\"zeroline\":false,\"ticks\":\"outside\",\"ticklen\":4,\"automargin\":true,\"tickformat\":\"~s\",\"nticks\":3,\"type\":\"lo"');
INSERT INTO "study_system_attributes" VALUES(9,1,'dashboard:plot_data:front-flops:1','"g\",\"range\":[6.089919062541081,6.28991906254108]},\"yaxis\":{\"title\":{\"font\":{\"color\":\"#5a6370\",\"size\":13},\"standoff\":10,\"text\":\"Validation accuracy\"},\"tickfont\":{\"color\":\"#5a6370\",\"size\":12},\"gridcolor\":\"#e1e5ea\",\"linecolor\":\"#5a6370\",\"tickcolor\":\"#e1e5ea\",\"zeroline\":false,\"ticks\":\"outside\",\"ticklen\":4,\"automargin\":true,\"tickformat\":\".2~f\",\"range\":[0.0638991299424797,0.12055149410186922],\"domain\":[0,1]},\"modebar\":{\"bgcolor\":\"rgba(0,0,0,0)\",\"color\":\"#a3acb8\",\"activecolor\":\"#191d23\"},\"legend\":{\"orientation\":\"h\",\"y\":1.04,\"yanchor\":\"bottom\",\"x\":0},\"hoverlabel\":{\"font\":{\"family\":\"system-ui, -apple-system, ''Segoe UI'', Roboto, ''Helvetica Neue'', sans-serif\",\"color\":\"#191d23\",\"size\":12},\"align\":\"left\",\"bgcolor\":\"#f1f3f5\",\"bordercolor\":\"#a3acb8\"},\"paper_bgcolor\":\"#ffffff\",\"plot_bgcolor\":\"#ffffff\",\"height\":400,\"hovermode\":\"closest\",\"title\":{\"text\":\"Accuracy against FLOPs\",\"x\":0.02,\"xanchor\":\"left\",\"y\":0.97,\"yanchor\":\"top\"}}}"');
INSERT INTO "study_system_attributes" VALUES(10,1,'dashboard:plot_data:front-latency_ms:0','"{\"data\":[{\"customdata\":[],\"hovertemplate\":\"%{hovertext}\\u003cextra\\u003e\\u003c\\u002fextra\\u003e\",\"hovertext\":[],\"marker\":{\"color\":\"#a3acb8\",\"size\":7},\"mode\":\"markers\",\"name\":\"finished\",\"x\":[],\"y\":[],\"type\":\"scatter\"},{\"hoverinfo\":\"skip\",\"line\":{\"color\":\"#0a5fb4\",\"shape\":\"hv\",\"width\":2},\"mode\":\"lines\",\"name\":\"best up to this cost\",\"x\":[0.22370870150107186],\"y\":[0.091],\"type\":\"scatter\"},{\"customdata\":[],\"error_y\":{\"array\":[],\"arrayminus\":[],\"color\":\"#0a5fb4\",\"symmetric\":false,\"thickness\":1,\"type\":\"data\",\"visible\":false,\"width\":0},\"hovertemplate\":\"%{hovertext}\\u003cextra\\u003e\\u003c\\u002fextra\\u003e\",\"hovertext\":[],\"marker\":{\"color\":\"#0a5fb4\",\"line\":{\"color\":\"#ffffff\",\"width\":1.5},\"size\":11},\"mode\":\"markers\",\"name\":\"Pareto front\",\"x\":[],\"y\":[],\"type\":\"scatter\"},{\"customdata\":[1],\"error_y\":{\"array\":[0.019551494101869224],\"arrayminus\":[0.017100870057520298],\"color\":\"#0a5fb4\",\"symmetric\":false,\"thickness\":1,\"type\":\"data\",\"visible\":true,\"width\":0},\"hovertemplate\":\"%{hovertext}\\u003cextra\\u003e\\u003c\\u002fextra\\u003e\",\"hovertext\":[\"\\u003cb\\u003etrial 1\\u003c\\u002fb\\u003e \\u00b7 complete \\u00b7 on the front \\u00b7 knee\\u003cbr\\u003ewidth 3.0\\u003cbr\\u003e1 standard k3\\u003cbr\\u003eaccuracy \\u003cb\\u003e0.0910 \\u00b10.020\\u003c\\u002fb\\u003e after 3 epochs\\u003cbr\\u003e1.55M FLOPs \\u00b7 5.75k parameters \\u00b7 0.224 ms predicted\"],\"marker\":{\"color\":\"#c44900\",\"line\":{\"color\":\"#ffffff\",\"width\":1.5},\"size\":15,\"symbol\":\"diamond\"},\"mode\":\"markers\",\"name\":\"knee\",\"x\":[0.22370870150107186],\"y\":[0.091],\"type\":\"scatter\"}],\"layout\":{\"template\":{\"data\":{\"scatter\":[{\"type\":\"scatter\"}]}},\"font\":{\"family\":\"system-ui, -apple-system, ''Segoe UI'', Roboto, ''Helvetica Neue'', sans-serif\",\"color\":\"#191d23\",\"size\":13},\"margin\":{\"l\":56,\"r\":16,\"t\":96,\"b\":52},\"xaxis\":{\"title\":{\"font\":{\"color\":\"#5a6370\",\"size\":13},\"standoff\":10,\"text\":\"Predicted latency (ms)\"},\"tickfont\":{\"color\":\"#5a6370\",\"size\":12},\"gridcolor\":\"#e1e5ea\",\"linecolor\":\"#5a6370\",\"tickcolor\":\"#e1e5ea\",\"zeroline\":false,\"ticks\":\"outside\",\"ticklen\":4,\"automargin\":true,\"tickformat\":\"~g\","');
INSERT INTO "study_system_attributes" VALUES(11,1,'dashboard:plot_data:front-latency_ms:1','"\"nticks\":3,\"type\":\"log\",\"range\":[-0.7503171230093001,-0.5503171230093001]},\"yaxis\":{\"title\":{\"font\":{\"color\":\"#5a6370\",\"size\":13},\"standoff\":10,\"text\":\"Validation accuracy\"},\"tickfont\":{\"color\":\"#5a6370\",\"size\":12},\"gridcolor\":\"#e1e5ea\",\"linecolor\":\"#5a6370\",\"tickcolor\":\"#e1e5ea\",\"zeroline\":false,\"ticks\":\"outside\",\"ticklen\":4,\"automargin\":true,\"tickformat\":\".2~f\",\"range\":[0.0638991299424797,0.12055149410186922],\"domain\":[0,1]},\"modebar\":{\"bgcolor\":\"rgba(0,0,0,0)\",\"color\":\"#a3acb8\",\"activecolor\":\"#191d23\"},\"legend\":{\"orientation\":\"h\",\"y\":1.04,\"yanchor\":\"bottom\",\"x\":0},\"hoverlabel\":{\"font\":{\"family\":\"system-ui, -apple-system, ''Segoe UI'', Roboto, ''Helvetica Neue'', sans-serif\",\"color\":\"#191d23\",\"size\":12},\"align\":\"left\",\"bgcolor\":\"#f1f3f5\",\"bordercolor\":\"#a3acb8\"},\"paper_bgcolor\":\"#ffffff\",\"plot_bgcolor\":\"#ffffff\",\"height\":400,\"hovermode\":\"closest\",\"title\":{\"text\":\"Accuracy against Predicted latency\",\"x\":0.02,\"xanchor\":\"left\",\"y\":0.97,\"yanchor\":\"top\"}}}"');
INSERT INTO "study_system_attributes" VALUES(12,1,'dashboard:plot_data:front-params:0','"{\"data\":[{\"customdata\":[],\"hovertemplate\":\"%{hovertext}\\u003cextra\\u003e\\u003c\\u002fextra\\u003e\",\"hovertext\":[],\"marker\":{\"color\":\"#a3acb8\",\"size\":7},\"mode\":\"markers\",\"name\":\"finished\",\"x\":[],\"y\":[],\"type\":\"scatter\"},{\"hoverinfo\":\"skip\",\"line\":{\"color\":\"#0a5fb4\",\"shape\":\"hv\",\"width\":2},\"mode\":\"lines\",\"name\":\"best up to this cost\",\"x\":[5746.0],\"y\":[0.091],\"type\":\"scatter\"},{\"customdata\":[],\"error_y\":{\"array\":[],\"arrayminus\":[],\"color\":\"#0a5fb4\",\"symmetric\":false,\"thickness\":1,\"type\":\"data\",\"visible\":false,\"width\":0},\"hovertemplate\":\"%{hovertext}\\u003cextra\\u003e\\u003c\\u002fextra\\u003e\",\"hovertext\":[],\"marker\":{\"color\":\"#0a5fb4\",\"line\":{\"color\":\"#ffffff\",\"width\":1.5},\"size\":11},\"mode\":\"markers\",\"name\":\"Pareto front\",\"x\":[],\"y\":[],\"type\":\"scatter\"},{\"customdata\":[1],\"error_y\":{\"array\":[0.019551494101869224],\"arrayminus\":[0.017100870057520298],\"color\":\"#0a5fb4\",\"symmetric\":false,\"thickness\":1,\"type\":\"data\",\"visible\":true,\"width\":0},\"hovertemplate\":\"%{hovertext}\\u003cextra\\u003e\\u003c\\u002fextra\\u003e\",\"hovertext\":[\"\\u003cb\\u003etrial 1\\u003c\\u002fb\\u003e \\u00b7 complete \\u00b7 on the front \\u00b7 knee\\u003cbr\\u003ewidth 3.0\\u003cbr\\u003e1 standard k3\\u003cbr\\u003eaccuracy \\u003cb\\u003e0.0910 \\u00b10.020\\u003c\\u002fb\\u003e after 3 epochs\\u003cbr\\u003e1.55M FLOPs \\u00b7 5.75k parameters \\u00b7 0.224 ms predicted\"],\"marker\":{\"color\":\"#c44900\",\"line\":{\"color\":\"#ffffff\",\"width\":1.5},\"size\":15,\"symbol\":\"diamond\"},\"mode\":\"markers\",\"name\":\"knee\",\"x\":[5746.0],\"y\":[0.091],\"type\":\"scatter\"}],\"layout\":{\"template\":{\"data\":{\"scatter\":[{\"type\":\"scatter\"}]}},\"font\":{\"family\":\"system-ui, -apple-system, ''Segoe UI'', Roboto, ''Helvetica Neue'', sans-serif\",\"color\":\"#191d23\",\"size\":13},\"margin\":{\"l\":56,\"r\":16,\"t\":96,\"b\":52},\"xaxis\":{\"title\":{\"font\":{\"color\":\"#5a6370\",\"size\":13},\"standoff\":10,\"text\":\"Parameters\"},\"tickfont\":{\"color\":\"#5a6370\",\"size\":12},\"gridcolor\":\"#e1e5ea\",\"linecolor\":\"#5a6370\",\"tickcolor\":\"#e1e5ea\",\"zeroline\":false,\"ticks\":\"outside\",\"ticklen\":4,\"automargin\":true,\"tickformat\":\"~s\",\"nticks\":3,\"type\":\"log\",\"range\":[3.659"');
INSERT INTO "study_system_attributes" VALUES(13,1,'dashboard:plot_data:front-params:1','"3656216559287,3.859365621655929]},\"yaxis\":{\"title\":{\"font\":{\"color\":\"#5a6370\",\"size\":13},\"standoff\":10,\"text\":\"Validation accuracy\"},\"tickfont\":{\"color\":\"#5a6370\",\"size\":12},\"gridcolor\":\"#e1e5ea\",\"linecolor\":\"#5a6370\",\"tickcolor\":\"#e1e5ea\",\"zeroline\":false,\"ticks\":\"outside\",\"ticklen\":4,\"automargin\":true,\"tickformat\":\".2~f\",\"range\":[0.0638991299424797,0.12055149410186922],\"domain\":[0,1]},\"modebar\":{\"bgcolor\":\"rgba(0,0,0,0)\",\"color\":\"#a3acb8\",\"activecolor\":\"#191d23\"},\"legend\":{\"orientation\":\"h\",\"y\":1.04,\"yanchor\":\"bottom\",\"x\":0},\"hoverlabel\":{\"font\":{\"family\":\"system-ui, -apple-system, ''Segoe UI'', Roboto, ''Helvetica Neue'', sans-serif\",\"color\":\"#191d23\",\"size\":12},\"align\":\"left\",\"bgcolor\":\"#f1f3f5\",\"bordercolor\":\"#a3acb8\"},\"paper_bgcolor\":\"#ffffff\",\"plot_bgcolor\":\"#ffffff\",\"height\":400,\"hovermode\":\"closest\",\"title\":{\"text\":\"Accuracy against Parameters\",\"x\":0.02,\"xanchor\":\"left\",\"y\":0.97,\"yanchor\":\"top\"}}}"');
INSERT INTO "study_system_attributes" VALUES(14,1,'dashboard:plot_data:front-peak_activation_bytes:0','"{\"data\":[{\"customdata\":[],\"hovertemplate\":\"%{hovertext}\\u003cextra\\u003e\\u003c\\u002fextra\\u003e\",\"hovertext\":[],\"marker\":{\"color\":\"#a3acb8\",\"size\":7},\"mode\":\"markers\",\"name\":\"finished\",\"x\":[],\"y\":[],\"type\":\"scatter\"},{\"hoverinfo\":\"skip\",\"line\":{\"color\":\"#0a5fb4\",\"shape\":\"hv\",\"width\":2},\"mode\":\"lines\",\"name\":\"best up to this cost\",\"x\":[120.0],\"y\":[0.091],\"type\":\"scatter\"},{\"customdata\":[],\"error_y\":{\"array\":[],\"arrayminus\":[],\"color\":\"#0a5fb4\",\"symmetric\":false,\"thickness\":1,\"type\":\"data\",\"visible\":false,\"width\":0},\"hovertemplate\":\"%{hovertext}\\u003cextra\\u003e\\u003c\\u002fextra\\u003e\",\"hovertext\":[],\"marker\":{\"color\":\"#0a5fb4\",\"line\":{\"color\":\"#ffffff\",\"width\":1.5},\"size\":11},\"mode\":\"markers\",\"name\":\"Pareto front\",\"x\":[],\"y\":[],\"type\":\"scatter\"},{\"customdata\":[1],\"error_y\":{\"array\":[0.019551494101869224],\"arrayminus\":[0.017100870057520298],\"color\":\"#0a5fb4\",\"symmetric\":false,\"thickness\":1,\"type\":\"data\",\"visible\":true,\"width\":0},\"hovertemplate\":\"%{hovertext}\\u003cextra\\u003e\\u003c\\u002fextra\\u003e\",\"hovertext\":[\"\\u003cb\\u003etrial 1\\u003c\\u002fb\\u003e \\u00b7 complete \\u00b7 on the front \\u00b7 knee\\u003cbr\\u003ewidth 3.0\\u003cbr\\u003e1 standard k3\\u003cbr\\u003eaccuracy \\u003cb\\u003e0.0910 \\u00b10.020\\u003c\\u002fb\\u003e after 3 epochs\\u003cbr\\u003e1.55M FLOPs \\u00b7 5.75k parameters \\u00b7 0.224 ms predicted\"],\"marker\":{\"color\":\"#c44900\",\"line\":{\"color\":\"#ffffff\",\"width\":1.5},\"size\":15,\"symbol\":\"diamond\"},\"mode\":\"markers\",\"name\":\"knee\",\"x\":[120.0],\"y\":[0.091],\"type\":\"scatter\"}],\"layout\":{\"template\":{\"data\":{\"scatter\":[{\"type\":\"scatter\"}]}},\"font\":{\"family\":\"system-ui, -apple-system, ''Segoe UI'', Roboto, ''Helvetica Neue'', sans-serif\",\"color\":\"#191d23\",\"size\":13},\"margin\":{\"l\":56,\"r\":16,\"t\":96,\"b\":52},\"xaxis\":{\"title\":{\"font\":{\"color\":\"#5a6370\",\"size\":13},\"standoff\":10,\"text\":\"Peak activations (KiB)\"},\"tickfont\":{\"color\":\"#5a6370\",\"size\":12},\"gridcolor\":\"#e1e5ea\",\"linecolor\":\"#5a6370\",\"tickcolor\":\"#e1e5ea\",\"zeroline\":false,\"ticks\":\"outside\",\"ticklen\":4,\"automargin\":true,\"tickformat\":\",~r\",\"nticks\":3,\"type\":\"log\",\"ra"');
INSERT INTO "study_system_attributes" VALUES(15,1,'dashboard:plot_data:front-peak_activation_bytes:1','"nge\":[1.9791812460476246,2.1791812460476248]},\"yaxis\":{\"title\":{\"font\":{\"color\":\"#5a6370\",\"size\":13},\"standoff\":10,\"text\":\"Validation accuracy\"},\"tickfont\":{\"color\":\"#5a6370\",\"size\":12},\"gridcolor\":\"#e1e5ea\",\"linecolor\":\"#5a6370\",\"tickcolor\":\"#e1e5ea\",\"zeroline\":false,\"ticks\":\"outside\",\"ticklen\":4,\"automargin\":true,\"tickformat\":\".2~f\",\"range\":[0.0638991299424797,0.12055149410186922],\"domain\":[0,1]},\"modebar\":{\"bgcolor\":\"rgba(0,0,0,0)\",\"color\":\"#a3acb8\",\"activecolor\":\"#191d23\"},\"legend\":{\"orientation\":\"h\",\"y\":1.04,\"yanchor\":\"bottom\",\"x\":0},\"hoverlabel\":{\"font\":{\"family\":\"system-ui, -apple-system, ''Segoe UI'', Roboto, ''Helvetica Neue'', sans-serif\",\"color\":\"#191d23\",\"size\":12},\"align\":\"left\",\"bgcolor\":\"#f1f3f5\",\"bordercolor\":\"#a3acb8\"},\"paper_bgcolor\":\"#ffffff\",\"plot_bgcolor\":\"#ffffff\",\"height\":400,\"hovermode\":\"closest\",\"title\":{\"text\":\"Accuracy against Peak activations\",\"x\":0.02,\"xanchor\":\"left\",\"y\":0.97,\"yanchor\":\"top\"}}}"');
INSERT INTO "study_system_attributes" VALUES(16,1,'dashboard:plot_data:front-weight_bytes:0','"{\"data\":[{\"customdata\":[],\"hovertemplate\":\"%{hovertext}\\u003cextra\\u003e\\u003c\\u002fextra\\u003e\",\"hovertext\":[],\"marker\":{\"color\":\"#a3acb8\",\"size\":7},\"mode\":\"markers\",\"name\":\"finished\",\"x\":[],\"y\":[],\"type\":\"scatter\"},{\"hoverinfo\":\"skip\",\"line\":{\"color\":\"#0a5fb4\",\"shape\":\"hv\",\"width\":2},\"mode\":\"lines\",\"name\":\"best up to this cost\",\"x\":[22.4453125],\"y\":[0.091],\"type\":\"scatter\"},{\"customdata\":[],\"error_y\":{\"array\":[],\"arrayminus\":[],\"color\":\"#0a5fb4\",\"symmetric\":false,\"thickness\":1,\"type\":\"data\",\"visible\":false,\"width\":0},\"hovertemplate\":\"%{hovertext}\\u003cextra\\u003e\\u003c\\u002fextra\\u003e\",\"hovertext\":[],\"marker\":{\"color\":\"#0a5fb4\",\"line\":{\"color\":\"#ffffff\",\"width\":1.5},\"size\":11},\"mode\":\"markers\",\"name\":\"Pareto front\",\"x\":[],\"y\":[],\"type\":\"scatter\"},{\"customdata\":[1],\"error_y\":{\"array\":[0.019551494101869224],\"arrayminus\":[0.017100870057520298],\"color\":\"#0a5fb4\",\"symmetric\":false,\"thickness\":1,\"type\":\"data\",\"visible\":true,\"width\":0},\"hovertemplate\":\"%{hovertext}\\u003cextra\\u003e\\u003c\\u002fextra\\u003e\",\"hovertext\":[\"\\u003cb\\u003etrial 1\\u003c\\u002fb\\u003e \\u00b7 complete \\u00b7 on the front \\u00b7 knee\\u003cbr\\u003ewidth 3.0\\u003cbr\\u003e1 standard k3\\u003cbr\\u003eaccuracy \\u003cb\\u003e0.0910 \\u00b10.020\\u003c\\u002fb\\u003e after 3 epochs\\u003cbr\\u003e1.55M FLOPs \\u00b7 5.75k parameters \\u00b7 0.224 ms predicted\"],\"marker\":{\"color\":\"#c44900\",\"line\":{\"color\":\"#ffffff\",\"width\":1.5},\"size\":15,\"symbol\":\"diamond\"},\"mode\":\"markers\",\"name\":\"knee\",\"x\":[22.4453125],\"y\":[0.091],\"type\":\"scatter\"}],\"layout\":{\"template\":{\"data\":{\"scatter\":[{\"type\":\"scatter\"}]}},\"font\":{\"family\":\"system-ui, -apple-system, ''Segoe UI'', Roboto, ''Helvetica Neue'', sans-serif\",\"color\":\"#191d23\",\"size\":13},\"margin\":{\"l\":56,\"r\":16,\"t\":96,\"b\":52},\"xaxis\":{\"title\":{\"font\":{\"color\":\"#5a6370\",\"size\":13},\"standoff\":10,\"text\":\"Weights (KiB)\"},\"tickfont\":{\"color\":\"#5a6370\",\"size\":12},\"gridcolor\":\"#e1e5ea\",\"linecolor\":\"#5a6370\",\"tickcolor\":\"#e1e5ea\",\"zeroline\":false,\"ticks\":\"outside\",\"ticklen\":4,\"automargin\":true,\"tickformat\":\",~r\",\"nticks\":3,\"type\":\"log\",\"r"');
INSERT INTO "study_system_attributes" VALUES(17,1,'dashboard:plot_data:front-weight_bytes:1','"ange\":[1.2511256563440791,1.4511256563440793]},\"yaxis\":{\"title\":{\"font\":{\"color\":\"#5a6370\",\"size\":13},\"standoff\":10,\"text\":\"Validation accuracy\"},\"tickfont\":{\"color\":\"#5a6370\",\"size\":12},\"gridcolor\":\"#e1e5ea\",\"linecolor\":\"#5a6370\",\"tickcolor\":\"#e1e5ea\",\"zeroline\":false,\"ticks\":\"outside\",\"ticklen\":4,\"automargin\":true,\"tickformat\":\".2~f\",\"range\":[0.0638991299424797,0.12055149410186922],\"domain\":[0,1]},\"modebar\":{\"bgcolor\":\"rgba(0,0,0,0)\",\"color\":\"#a3acb8\",\"activecolor\":\"#191d23\"},\"legend\":{\"orientation\":\"h\",\"y\":1.04,\"yanchor\":\"bottom\",\"x\":0},\"hoverlabel\":{\"font\":{\"family\":\"system-ui, -apple-system, ''Segoe UI'', Roboto, ''Helvetica Neue'', sans-serif\",\"color\":\"#191d23\",\"size\":12},\"align\":\"left\",\"bgcolor\":\"#f1f3f5\",\"bordercolor\":\"#a3acb8\"},\"paper_bgcolor\":\"#ffffff\",\"plot_bgcolor\":\"#ffffff\",\"height\":400,\"hovermode\":\"closest\",\"title\":{\"text\":\"Accuracy against Weights\",\"x\":0.02,\"xanchor\":\"left\",\"y\":0.97,\"yanchor\":\"top\"}}}"');
INSERT INTO "study_system_attributes" VALUES(18,1,'dashboard:plot_data:curves:1','"cb\\u003e0.0910 \\u00b10.020\\u003c\\u002fb\\u003e after 3 epochs\\u003cbr\\u003e1.55M FLOPs \\u00b7 5.75k parameters \\u00b7 0.224 ms predicted\",\"\\u003cb\\u003etrial 1\\u003c\\u002fb\\u003e \\u00b7 complete \\u00b7 on the front \\u00b7 knee\\u003cbr\\u003ewidth 3.0\\u003cbr\\u003e1 standard k3\\u003cbr\\u003eaccuracy \\u003cb\\u003e0.0910 \\u00b10.020\\u003c\\u002fb\\u003e after 3 epochs\\u003cbr\\u003e1.55M FLOPs \\u00b7 5.75k parameters \\u00b7 0.224 ms predicted\"],\"line\":{\"color\":\"#c44900\",\"width\":3},\"marker\":{\"size\":8.5},\"mode\":\"lines+markers\",\"name\":\"knee\",\"opacity\":1.0,\"x\":[1,2,3],\"y\":[0.085,0.105,0.091],\"type\":\"scatter\"}],\"layout\":{\"template\":{\"data\":{\"scatter\":[{\"type\":\"scatter\"}]}},\"font\":{\"family\":\"system-ui, -apple-system, ''Segoe UI'', Roboto, ''Helvetica Neue'', sans-serif\",\"color\":\"#191d23\",\"size\":13},\"margin\":{\"l\":56,\"r\":16,\"t\":96,\"b\":52},\"xaxis\":{\"title\":{\"font\":{\"color\":\"#5a6370\",\"size\":13},\"standoff\":10,\"text\":\"Epochs\"},\"tickfont\":{\"color\":\"#5a6370\",\"size\":12},\"gridcolor\":\"#e1e5ea\",\"linecolor\":\"#5a6370\",\"tickcolor\":\"#e1e5ea\",\"zeroline\":false,\"ticks\":\"outside\",\"ticklen\":4,\"automargin\":true,\"dtick\":1},\"yaxis\":{\"title\":{\"font\":{\"color\":\"#5a6370\",\"size\":13},\"standoff\":10,\"text\":\"Validation accuracy\"},\"tickfont\":{\"color\":\"#5a6370\",\"size\":12},\"gridcolor\":\"#e1e5ea\",\"linecolor\":\"#5a6370\",\"tickcolor\":\"#e1e5ea\",\"zeroline\":false,\"ticks\":\"outside\",\"ticklen\":4,\"automargin\":true,\"tickformat\":\".2~f\"},\"modebar\":{\"bgcolor\":\"rgba(0,0,0,0)\",\"color\":\"#a3acb8\",\"activecolor\":\"#191d23\"},\"legend\":{\"orientation\":\"h\",\"y\":1.04,\"yanchor\":\"bottom\",\"x\":0},\"hoverlabel\":{\"font\":{\"family\":\"system-ui, -apple-system, ''Segoe UI'', Roboto, ''Helvetica Neue'', sans-serif\",\"color\":\"#191d23\",\"size\":12},\"align\":\"left\",\"bgcolor\":\"#f1f3f5\",\"bordercolor\":\"#a3acb8\"},\"paper_bgcolor\":\"#ffffff\",\"plot_bgcolor\":\"#ffffff\",\"height\":400,\"hovermode\":\"closest\",\"title\":{\"text\":\"Learning curves\",\"x\":0.02,\"xanchor\":\"left\",\"y\":0.97,\"yanchor\":\"top\"}}}"');
INSERT INTO "study_system_attributes" VALUES(19,1,'artifacts:3b6432d5-0942-4dbf-8f4c-851ffb0084d1','"{\"artifact_id\": \"3b6432d5-0942-4dbf-8f4c-851ffb0084d1\", \"filename\": \"trial_1.py\", \"mimetype\": \"text/x-python\", \"encoding\": null}"');
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
INSERT INTO "trial_params" VALUES(9,4,'width_mult',0.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [1.0, 2.0, 3.0]}}');
INSERT INTO "trial_params" VALUES(10,4,'stage1.block',1.0,'{"name": "CategoricalDistribution", "attributes": {"choices": ["standard", "fire"]}}');
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
INSERT INTO "trial_user_attributes" VALUES(7,1,'latency_ms','0.11816218722830454');
INSERT INTO "trial_user_attributes" VALUES(8,2,'architecture','"ea2074c629d8a840"');
INSERT INTO "trial_user_attributes" VALUES(9,2,'description','"width 3.0; 1 standard k3"');
INSERT INTO "trial_user_attributes" VALUES(10,2,'flops','1548528');
INSERT INTO "trial_user_attributes" VALUES(11,2,'params','5746');
INSERT INTO "trial_user_attributes" VALUES(12,2,'weight_bytes','22984');
INSERT INTO "trial_user_attributes" VALUES(13,2,'peak_activation_bytes','122880');
INSERT INTO "trial_user_attributes" VALUES(14,2,'latency_ms','0.22370870150107186');
INSERT INTO "trial_user_attributes" VALUES(15,3,'architecture','"da9fb0b153db051c"');
INSERT INTO "trial_user_attributes" VALUES(16,3,'description','"width 1.0; 1 standard k1"');
INSERT INTO "trial_user_attributes" VALUES(17,3,'flops','90192');
INSERT INTO "trial_user_attributes" VALUES(18,3,'params','258');
INSERT INTO "trial_user_attributes" VALUES(19,3,'weight_bytes','1032');
INSERT INTO "trial_user_attributes" VALUES(20,3,'peak_activation_bytes','40960');
INSERT INTO "trial_user_attributes" VALUES(21,3,'latency_ms','0.06444906696492704');
INSERT INTO "trial_user_attributes" VALUES(22,2,'curve','[[1, 0.085], [2, 0.105], [3, 0.091]]');
INSERT INTO "trial_user_attributes" VALUES(23,4,'architecture','"dc370d650a586e37"');
INSERT INTO "trial_user_attributes" VALUES(24,4,'description','"width 1.0; 1 fire"');
INSERT INTO "trial_user_attributes" VALUES(25,4,'flops','92240');
INSERT INTO "trial_user_attributes" VALUES(26,4,'params','244');
INSERT INTO "trial_user_attributes" VALUES(27,4,'weight_bytes','976');
INSERT INTO "trial_user_attributes" VALUES(28,4,'peak_activation_bytes','36864');
INSERT INTO "trial_user_attributes" VALUES(29,4,'latency_ms','0.10157347038665426');
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
INSERT INTO "trial_values" VALUES(1,2,0,0.091,'FINITE');
INSERT INTO "trial_values" VALUES(2,2,1,1548528.0,'FINITE');
INSERT INTO "trial_values" VALUES(3,2,2,2.23708701501071860473e-01,'FINITE');
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
INSERT INTO "trials" VALUES(1,0,1,'RUNNING','2026-11-30 15:10:41.459721',NULL);
INSERT INTO "trials" VALUES(2,1,1,'COMPLETE','2026-11-30 15:10:41.569685','2026-11-30 15:10:56.235329');
INSERT INTO "trials" VALUES(3,2,1,'RUNNING','2026-11-30 15:10:51.260204',NULL);
INSERT INTO "trials" VALUES(4,3,1,'RUNNING','2026-11-30 15:10:57.035736',NULL);
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
CREATE INDEX ix_nas_events_study_id ON nas_events (study_id);
CREATE INDEX ix_nas_companions_experiment_name ON nas_companions (experiment_name);
CREATE INDEX ix_nas_exports_study_id ON nas_exports (study_id);
CREATE INDEX ix_nas_exports_trial_id ON nas_exports (trial_id);
CREATE INDEX ix_nas_trainings_trial_id ON nas_trainings (trial_id);
CREATE INDEX ix_nas_trainings_study_id ON nas_trainings (study_id);
CREATE INDEX ix_nas_training_keys_training_key ON nas_training_keys (training_key);
CREATE UNIQUE INDEX ix_studies_study_name ON studies (study_name);
CREATE INDEX ix_trials_study_id ON trials (study_id);
COMMIT;
