namespace ModelRegistry.MSBuild.CodeGeneration;

/// <summary>The part of the generated code that is the same for every project.</summary>
internal static class SharedTypes
{
    /// <summary>Defined by the targets where the app references the package that fetches models.</summary>
    public const string HasRuntime = "MODELREGISTRY_RUNTIME";

    public const string Text = """
        /// <summary>What is known of a model.</summary>
        public abstract class Model
        {
            internal Model() { }

            /// <summary>The family.</summary>
            public string Name { get; internal set; }

            /// <summary>The version.</summary>
            public string Version { get; internal set; }

            /// <summary>Name and version.</summary>
            public string Id { get { return Name + "/" + Version; } }

            /// <summary>SHA-256 of the weights; of the manifest where they are several files.</summary>
            public string Digest { get; internal set; }

            /// <summary>SHA-256 of the manifest.</summary>
            public string ManifestDigest { get; internal set; }

            /// <summary>What trained it; null where nobody said.</summary>
            public string Framework { get; internal set; }

            /// <summary>The network; null where nobody said.</summary>
            public string Architecture { get; internal set; }

            /// <summary>The weights, relative to the app's folder (to the model's own where it comes on demand); the folder of the model where they are several files.</summary>
            public string WeightsRelativePath { get; internal set; }

            /// <summary>The full path of the weights; of the folder of the model where they are several files.</summary>
            public string WeightsPath { get { return global::System.IO.Path.Combine(Root, WeightsRelativePath); } }

            /// <summary>The folder of the model's files, relative to the app's; empty where they come on demand.</summary>
            public string FolderRelativePath { get; internal set; }

            /// <summary>The full path of the folder of the model's files.</summary>
            public string FolderPath { get { return global::System.IO.Path.Combine(Root, FolderRelativePath); } }

            /// <summary>All files of the model that the app has.</summary>
            public global::System.Collections.Generic.IReadOnlyList<ModelFile> Files { get; internal set; }

            /// <summary>How an image becomes an input; null where nobody said.</summary>
            public ModelPreprocessing Preprocessing { get; internal set; }

            /// <summary>The names of the classes, in the order of the outputs; null where it has none.</summary>
            public global::System.Collections.Generic.IReadOnlyList<string> Labels { get; internal set; }

            /// <summary>The first file of a role, such as <c>labels</c>; null where there is none.</summary>
            public ModelFile FindFile(string role)
            {
                foreach (ModelFile file in Files) if (file.Role == role) return file;
                return null;
            }

            /// <inheritdoc/>
            public override string ToString() { return Id; }
        #if MODELREGISTRY_RUNTIME

            /// <summary>Where the files come from when they are needed; null where the app carries them.</summary>
            internal virtual global::ModelRegistry.OnDemandModel Source { get { return null; } }

            internal string Root { get { return Source == null ? global::System.AppContext.BaseDirectory : Source.Folder; } }

            /// <summary>Whether the files are on this machine, as they must be. Without a network.</summary>
            public bool IsAvailable
            {
                get
                {
                    if (Source != null) return Source.IsAvailable;
                    foreach (ModelFile file in Files) if (!global::System.IO.File.Exists(file.Path)) return false;
                    return true;
                }
            }

            /// <summary>Brings the files into the per-user cache and verifies them, where the app does not carry them. What is there already needs no network.</summary>
            public global::System.Threading.Tasks.Task EnsureAsync(global::System.IProgress<global::ModelRegistry.TransferProgress> progress = null, global::System.Threading.CancellationToken cancellation = default(global::System.Threading.CancellationToken))
            {
                if (Source != null) return Source.EnsureAsync(progress, cancellation);
                if (!IsAvailable) throw new global::System.IO.FileNotFoundException("a file of " + Id + " is missing in " + FolderPath);
                return global::System.Threading.Tasks.Task.CompletedTask;
            }
        #else

            internal string Root { get { return global::System.AppContext.BaseDirectory; } }
        #endif
        #if MODELREGISTRY_INFERENCE

            /// <summary>The model as <see cref="global::ModelRegistry.Inference.ModelRunner"/> loads it.</summary>
            public static implicit operator global::ModelRegistry.Inference.ModelDescription(Model model)
            {
                ModelFile architecture = model.FindFile("architecture");
                return new global::ModelRegistry.Inference.ModelDescription
                {
                    WeightsPath = model.WeightsPath,
                    Architecture = model.Architecture,
                    ArchitecturePath = architecture == null ? null : architecture.Path,
                    Preprocessing = model.Preprocessing == null ? null : model.Preprocessing.ForInference(),
                    Labels = model.Labels,
                };
            }
        #endif
        }

        /// <summary>A file of a model.</summary>
        public sealed class ModelFile
        {
            private readonly Model _model;

            internal ModelFile(Model model, string relativePath, string role, string digest, long size)
            {
                _model = model;
                RelativePath = relativePath;
                Role = role;
                Digest = digest;
                Size = size;
            }

            /// <summary>Where it is, relative to the app's folder; to the model's own where it comes on demand.</summary>
            public string RelativePath { get; private set; }

            /// <summary>What it is for, such as weights or labels.</summary>
            public string Role { get; private set; }

            /// <summary>Its SHA-256.</summary>
            public string Digest { get; private set; }

            /// <summary>Its length in bytes.</summary>
            public long Size { get; private set; }

            /// <summary>Its full path.</summary>
            public string Path { get { return global::System.IO.Path.Combine(_model.Root, RelativePath); } }
        }

        /// <summary>An input or output of a model.</summary>
        public sealed class ModelTensor
        {
            internal ModelTensor(string name, string dtype, long[] shape)
            {
                Name = name;
                Dtype = dtype;
                Shape = shape;
            }

            /// <summary>Its name in the network.</summary>
            public string Name { get; private set; }

            /// <summary>The element type.</summary>
            public string Dtype { get; private set; }

            /// <summary>The number of dimensions.</summary>
            public int Rank { get { return Shape.Count; } }

            /// <summary>The shape; -1 stands for any length.</summary>
            public global::System.Collections.Generic.IReadOnlyList<long> Shape { get; private set; }
        }

        /// <summary>How an image becomes an input, in the order of the members.</summary>
        public sealed class ModelPreprocessing
        {
            internal ModelPreprocessing(int? resize, int? crop, double[] mean, double[] std, string layout)
            {
                Resize = resize;
                Crop = crop;
                Mean = mean;
                Std = std;
                Layout = layout;
            }

            /// <summary>Length in pixels of the shorter side after resizing; null leaves the size alone.</summary>
            public int? Resize { get; private set; }

            /// <summary>Side in pixels of the centred square that is kept; null keeps all.</summary>
            public int? Crop { get; private set; }

            /// <summary>Per channel, subtracted from values scaled to 0-1; empty for 0.</summary>
            public global::System.Collections.Generic.IReadOnlyList<double> Mean { get; private set; }

            /// <summary>Per channel, what the difference is divided by; empty for 1.</summary>
            public global::System.Collections.Generic.IReadOnlyList<double> Std { get; private set; }

            /// <summary>The order of the dimensions.</summary>
            public string Layout { get; private set; }
        #if MODELREGISTRY_INFERENCE

            internal global::ModelRegistry.Inference.ImagePreprocessing ForInference()
            {
                return new global::ModelRegistry.Inference.ImagePreprocessing
                {
                    Resize = Resize,
                    Crop = Crop,
                    Mean = global::System.Linq.Enumerable.ToArray(global::System.Linq.Enumerable.Select(Mean, value => (float)value)),
                    Std = global::System.Linq.Enumerable.ToArray(global::System.Linq.Enumerable.Select(Std, value => (float)value)),
                    Layout = Layout,
                };
            }
        #endif
        }
        """;
}
