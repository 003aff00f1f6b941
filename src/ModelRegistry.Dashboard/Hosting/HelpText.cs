namespace ModelRegistry.Dashboard.Hosting;

internal static class HelpText
{
    public const string Text = """
        Description:
          Show the registry in a browser, or write it as a static site.

        Usage:
          modelreg serve [options]

        Options:
          --registry DIR      The registry [default: MODELREG_REGISTRY, else the nearest upwards]
          --port PORT         The port; 0 lets the system choose [default: 5117]
          --host ADDRESS      The address to listen on [default: the loopback addresses]; another one needs --token or --read-only
          --allow-host HOST   A further host name that requests may use; may be given more than once
          --base-path PATH    Serve everything below this path
          --token             Ask for a token; the link that is printed carries it
          --read-only         Show, and never change anything
          --demo              Serve a scratch registry with the sample models
          --hub-namespace N   The namespace for clients of Hugging Face: HF_ENDPOINT=ADDRESS, repository N/FAMILY [default: registry]
          --models N          Models that stay loaded for trying [default: 2]
          --max-upload SIZE   Largest file of an upload, such as 500M or 20G [default: 20G]
          --export DIR        Write a static site into a folder, and end
          --with-files        Put the files of the models into the export
          --hf                Lay the files of the models out in the export as clients of Hugging Face ask for them
          --base-url URL      The address that the export will have
          --json, --quiet, --verbose
          -h, --help          Show this text

        """;
}
