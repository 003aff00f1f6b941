using System.Globalization;
using Cake.Core;
using Cake.Core.Configuration;
using Cake.Core.Diagnostics;
using Cake.Core.IO;
using Cake.Core.Tooling;
using NSubstitute;

namespace Cake.ModelRegistry.Tests.Support;

/// <summary>What a script gives its aliases: the real file system, a working directory and variables of its own, and a log that remembers.</summary>
internal sealed class ScriptContext : ICakeContext, ICakeLog
{
    private readonly Dictionary<string, string> _variables = new(StringComparer.Ordinal);

    public ScriptContext(string workingDirectory, params (string Name, string Value)[] variables)
    {
        foreach (var (name, value) in variables) _variables[name] = value;
        Environment = Substitute.For<ICakeEnvironment>();
        Environment.WorkingDirectory.Returns(new DirectoryPath(workingDirectory));
        Environment.GetEnvironmentVariable(Arg.Any<string>()).Returns(call => _variables.GetValueOrDefault(call.Arg<string>()));
        Environment.Platform.Returns(new CakePlatform());
    }

    public List<string> Lines { get; } = [];

    public Verbosity Verbosity { get; set; } = Verbosity.Normal;

    public IFileSystem FileSystem { get; } = new FileSystem();

    public ICakeEnvironment Environment { get; }

    public ICakeLog Log => this;

    public IGlobber Globber => throw new NotSupportedException();

    public ICakeArguments Arguments => throw new NotSupportedException();

    public IProcessRunner ProcessRunner => throw new NotSupportedException();

    public IRegistry Registry => throw new NotSupportedException();

    public IToolLocator Tools => throw new NotSupportedException();

    public ICakeDataResolver Data => throw new NotSupportedException();

    public ICakeConfiguration Configuration => throw new NotSupportedException();

    public void Write(Verbosity verbosity, LogLevel level, string format, params object[] args) =>
        Lines.Add($"{level}: {string.Format(CultureInfo.InvariantCulture, format, args)}");
}
